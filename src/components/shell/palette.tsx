"use client";

import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { useRouter } from "next/navigation";
import { useTheme } from "next-themes";
import { useEffect, useRef } from "react";
import { useAlerts } from "~/components/alerts/use-alerts";
import { changePreferences, usePreferences } from "~/components/view/preferences";
import { PRESETS } from "~/components/view/range";
import { showRange, usePageLink, writeAddress } from "~/components/view/use-view";
import { formatText } from "~/domain/format-value";
import { useTRPC } from "~/trpc/browser";
import { togglePause } from "./pause-button";
import { usePages } from "./use-pages";

interface Entry {
  /** Also the key stored in the recent entries. */
  id: string;
  text: string;
  note?: string;
  run: () => void;
}

interface Group {
  heading: string;
  entries: Entry[];
}

const MOST_PROCESSES = 300;
const MOST_RECENT = 5;

/** Command palette: opens pages and runs commands. */
export function Palette({ onClose, onSheet }: { onClose: () => void; onSheet: () => void }) {
  const element = useRef<HTMLDialogElement>(null);
  const groups = useEntries(onSheet);
  const { recent } = usePreferences();
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const choose = ({ id, run }: Entry) => {
    changePreferences({ recent: [id, ...recent.filter((one) => one !== id)].slice(0, MOST_RECENT) });
    onClose();
    run();
  };
  const all = groups.flatMap(({ entries }) => entries);
  const again = recent.flatMap((id) => all.find((entry) => entry.id === id) ?? []);
  const shown = again.length > 0 ? [{ heading: "Recent", entries: again }, ...groups] : groups;
  return (
    <dialog
      ref={element}
      aria-label="Search"
      onClose={onClose}
      className="mx-auto mt-[12vh] mb-auto w-[min(580px,calc(100vw-24px))] overflow-hidden rounded-[10px] border border-line bg-card p-0 text-text backdrop:bg-black/40"
    >
      <Command label="Search" loop>
        <Command.Input
          autoFocus
          aria-label="Search"
          placeholder="Page, range, process, alert or action"
          className="w-full border-b border-line bg-card px-4 py-3 text-[15px] outline-none placeholder:text-muted"
        />
        <Command.List className="max-h-[50dvh] overflow-y-auto p-2">
          <Command.Empty className="px-3 py-4 text-muted">Nothing has that name.</Command.Empty>
          {shown.map(({ heading, entries }) => (
            <Command.Group
              key={heading}
              heading={heading}
              className="[&>[cmdk-group-heading]]:px-3 [&>[cmdk-group-heading]]:pt-2 [&>[cmdk-group-heading]]:pb-1 [&>[cmdk-group-heading]]:text-[12.5px] [&>[cmdk-group-heading]]:text-muted"
            >
              {entries.map((entry) => (
                <Command.Item
                  key={`${heading} ${entry.id}`}
                  value={`${heading} ${entry.id} ${entry.text}`}
                  keywords={[entry.text]}
                  onSelect={() => choose(entry)}
                  className="flex cursor-pointer items-baseline gap-3 rounded-[8px] px-3 py-2 data-[selected=true]:bg-hover"
                >
                  <span className="min-w-0 flex-1 truncate">{entry.text}</span>
                  {entry.note && <span className="numbers shrink-0 text-[12.5px] text-muted">{entry.note}</span>}
                </Command.Item>
              ))}
            </Command.Group>
          ))}
        </Command.List>
      </Command>
    </dialog>
  );
}

function useEntries(onSheet: () => void): Group[] {
  const router = useRouter();
  const pages = usePages();
  const link = usePageLink();
  const trpc = useTRPC();
  const { setTheme } = useTheme();
  const { networkUnit } = usePreferences();
  const { data: alerts } = useAlerts(24);
  const { data: table } = useQuery({
    ...trpc.processes.list.queryOptions({ sort: "cpu", limit: MOST_PROCESSES }),
    staleTime: 5000,
  });
  const action = (text: string, run: () => void): Entry => ({ id: text, text, run });
  return [
    { heading: "Pages", entries: pages.map(({ href, name }) => action(name, () => router.push(link(href)))) },
    { heading: "Ranges", entries: PRESETS.map(({ text, label }) => action(label, () => showRange({ kind: "text", text }))) },
    {
      heading: "Actions",
      entries: [
        action("Pause or go on", togglePause),
        action("Theme: dark", () => setTheme("dark")),
        action("Theme: light", () => setTheme("light")),
        action("Theme: like the system", () => setTheme("system")),
        action(`Network in ${networkUnit === "bits" ? "bytes" : "bits"}`, () =>
          changePreferences({ networkUnit: networkUnit === "bits" ? "bytes" : "bits" }),
        ),
        action("Clocks: this browser's", () => writeAddress({ zone: null })),
        action("Clocks: the machine's", () => writeAddress({ zone: "server" })),
        action("Clocks: UTC", () => writeAddress({ zone: "utc" })),
        action("Kiosk: hide the frame", () => writeAddress({ kiosk: "1" })),
        action("Copy a link to this view", () => void navigator.clipboard.writeText(window.location.href)),
        action("Keyboard", onSheet),
      ],
    },
    {
      heading: "Alerts",
      entries: (alerts?.alerts ?? []).slice(0, 20).map(({ id, message, state }) => ({
        id,
        text: message,
        note: state,
        run: () => router.push(link(`/alerts?alert=${id}`)),
      })),
    },
    {
      heading: "Processes",
      entries: (table?.processes ?? []).map(({ pid, name, command, cpu }) => ({
        id: `${pid} ${name}`,
        text: (command || `[${name}]`).slice(0, 120),
        note: `${pid} · ${formatText(cpu, "1")}`,
        run: () => router.push(link(`/processes?pid=${pid}`)),
      })),
    },
  ];
}
