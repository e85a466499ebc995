"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTheme } from "next-themes";
import { useAlerts } from "~/components/alerts/use-alerts";
import { useLiveStore } from "~/components/live/live-provider";
import { useMachines } from "~/components/machines/use-machines";
import { useConfiguration, useSettingHelp } from "~/components/settings/use-configuration";
import { showToast } from "~/components/ui/toasts";
import { useCopy } from "~/components/ui/use-copy";
import { useFleetLink, useMachineLink } from "~/components/view/machine-link";
import { usePageFacts } from "~/components/view/page-facts";
import { changePreferences, usePreferences } from "~/components/view/preferences";
import { PRESETS } from "~/components/view/range";
import { useMayChange } from "~/components/view/role";
import { showRange, useClock, usePageLink, writeAddress } from "~/components/view/use-view";
import type { Words } from "~/components/words/en";
import { useMetricTitles } from "~/components/words/use-metric-titles";
import { useFormat, useWords } from "~/components/words/words-provider";
import { personalName } from "~/domain/command-line";
import { parseDay, parseDuration } from "~/domain/moment";
import { parseRange } from "~/domain/typed-range";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import { momentOf } from "./jump";
import { type Findable, silenceOf } from "./palette-search";
import { togglePause } from "./pause-button";
import { useJump } from "./use-jump";
import { usePages } from "./use-pages";

export interface Entry extends Findable {
  /** Also the key stored in the recent entries. */
  id: string;
  kind: keyof Words["shell"]["palette"]["kinds"];
  note?: string;
  /** Offered again when the palette is opened the next time. */
  isRecent?: boolean;
  run: () => void;
}

interface Openers {
  onSheet: () => void;
  onJump: () => void;
}

const MOST_PROCESSES = 300;
/** Among what fits as well. */
const RANK = { page: 0, action: 1, machine: 2, chart: 3, setting: 4, range: 5, alert: 6, process: 7 } as const;

/** What the palette offers, what it searches, and what the typed text itself means: a time, a range, a silence. */
export function usePaletteEntries(typed: string, openers: Openers): { offered: Entry[]; found: Entry[]; meant: Entry[] } {
  const pages = usePageEntries();
  const actions = useActions(openers);
  const ranges = useRangeEntries();
  const machines = useMachineEntries();
  const others = useOtherEntries();
  const meant = [...useSilence(typed), ...useTimes(typed)];
  const offered = [...pages, ...actions, ...ranges];
  return { offered, found: [...offered, ...machines, ...others], meant };
}

function usePageEntries(): Entry[] {
  const router = useRouter();
  const link = usePageLink();
  const { pages, palette } = useWords().shell;
  const shown = usePages();
  const { machine } = usePageFacts();
  const fleet = useFleetLink();
  const { settings, alerts, machines } = palette.keywords;
  const keywords: Partial<Record<string, string>> = { "/settings": settings, "/alerts": alerts, "/machines": machines };
  return shown.map(({ href }) => ({
    id: href,
    kind: "page",
    text: pages[href],
    keywords: keywords[href],
    rank: RANK.page,
    isRecent: true,
    run: () => (href === "/machines" && machine ? window.location.assign(fleet) : router.push(link(href))),
  }));
}

function useActions({ onSheet, onJump }: Openers): Entry[] {
  const { setTheme } = useTheme();
  const { networkUnit } = usePreferences();
  const words = useWords().shell.palette;
  const { keywords } = words;
  const action = (id: string, text: string, search: string, run: () => void): Entry => ({
    id,
    kind: "action",
    text,
    keywords: search,
    rank: RANK.action,
    isRecent: true,
    run,
  });
  const other = networkUnit === "bits" ? "bytes" : "bits";
  const copy = useCopy();
  return [
    action("jump", words.jump, keywords.jump, onJump),
    action("pause", words.pause, keywords.pause, togglePause),
    action("theme dark", words.themeDark, keywords.theme, () => setTheme("dark")),
    action("theme light", words.themeLight, keywords.theme, () => setTheme("light")),
    action("theme system", words.themeSystem, keywords.theme, () => setTheme("system")),
    action("network unit", other === "bits" ? words.networkBits : words.networkBytes, keywords.network, () =>
      changePreferences({ networkUnit: other }),
    ),
    action("zone browser", words.zoneBrowser, keywords.zone, () => writeAddress({ zone: null })),
    action("zone server", words.zoneServer, keywords.zone, () => writeAddress({ zone: "server" })),
    action("zone utc", words.zoneUtc, keywords.zone, () => writeAddress({ zone: "utc" })),
    action("kiosk", words.kiosk, keywords.kiosk, () => writeAddress({ kiosk: "1" })),
    action("copy link", words.copyLink, keywords.copyLink, () => copy(window.location.href, words.copied)),
    action("shortcuts", words.shortcuts, keywords.shortcuts, onSheet),
  ];
}

function useRangeEntries(): Entry[] {
  const { presets } = useWords().shell.range;
  return PRESETS.map((text) => ({
    id: `range ${text}`,
    kind: "range",
    text: presets[text],
    keywords: text,
    rank: RANK.range,
    isRecent: true,
    run: () => showRange({ kind: "text", text }),
  }));
}

/** The other machines, asked for when the palette is opened. */
function useMachineEntries(): Entry[] {
  const link = useMachineLink();
  const { data } = useMachines();
  return (data?.machines ?? []).map(({ name, labels }) => {
    const values = Object.values(labels).filter((value) => value !== "");
    return {
      id: `machine ${name}`,
      kind: "machine",
      text: name,
      keywords: values.join(" "),
      note: values.join(" · "),
      rank: RANK.machine,
      isRecent: true,
      run: () => window.location.assign(link(name)),
    };
  });
}

/** Charts, settings, alerts and processes, asked for when the palette is opened. */
function useOtherEntries(): Entry[] {
  const trpc = useTRPC();
  const router = useRouter();
  const link = usePageLink();
  const format = useFormat();
  const titleOf = useMetricTitles();
  const help: Partial<Record<string, { title: string }>> = useSettingHelp();
  const { data: alerts } = useAlerts(24);
  const { data: metrics } = useQuery(trpc.metrics.catalogue.queryOptions());
  const { data: config } = useConfiguration();
  const { data: table } = useQuery({
    ...trpc.processes.list.queryOptions({ sort: "cpu", limit: MOST_PROCESSES }),
    staleTime: 5000,
  });
  const open = (path: string) => () => router.push(link(path));
  return [
    ...(metrics ?? []).map(
      ({ metric, help }): Entry => ({
        id: `chart ${metric}`,
        kind: "chart",
        text: titleOf({ metric }),
        keywords: `${metric} ${help}`,
        rank: RANK.chart,
        isRecent: true,
        run: open(`/performance?find=${encodeURIComponent(metric)}`),
      }),
    ),
    // Keys without a title have no field of their own to lead to.
    ...(config?.settings ?? []).flatMap(({ path, title }): Entry[] =>
      title === null
        ? []
        : [
            {
              id: `setting ${path}`,
              kind: "setting",
              text: help[path]?.title ?? title,
              keywords: path,
              note: path,
              rank: RANK.setting,
              isRecent: true,
              run: () => router.push(`${link("/settings")}#${path}`),
            },
          ],
    ),
    ...(alerts?.alerts ?? [])
      .slice(0, 20)
      .map(
        ({ id, message }): Entry => ({ id, kind: "alert", text: message, rank: RANK.alert, run: open(`/alerts?alert=${id}`) }),
      ),
    ...(table?.processes ?? []).map(
      (row): Entry => ({
        id: `process ${row.pid}`,
        kind: "process",
        text: personalName(row),
        keywords: `${row.pid} ${row.name} ${row.command}`,
        note: `${row.pid} · ${format.text(row.cpu, "1")}`,
        rank: RANK.process,
        run: open(`/processes?pid=${row.pid}`),
      }),
    ),
  ];
}

/** A typed moment or range. */
function useTimes(typed: string): Entry[] {
  const jump = useJump();
  const store = useLiveStore();
  const { timeZone, show } = useClock();
  const { palette: words, range } = useWords().shell;
  const now = store.getState().at ?? store.serverNow();
  const at = momentOf(typed, now, timeZone);
  const span = parseRange(typed, now, timeZone);
  const text = typed.trim().toLowerCase();
  const moments: Entry[] =
    typeof at === "string" ? [] : [{ id: "moment", kind: "time", text: words.goTo(show(at)), rank: 0, run: () => jump(at) }];
  const ranges: Entry[] =
    "why" in span
      ? []
      : [
          {
            id: "typed range",
            kind: "range",
            text: words.showRange(show(span.from), span.moving ? range.now : show(span.to)),
            rank: 0,
            run: () => showRange({ kind: "text", text }),
          },
        ];
  // `90m` and `yesterday` are stretches of time, `03:12` is a moment.
  const isStretch = typeof parseDuration(text) === "number" || parseDay(text, now, timeZone) !== null;
  return isStretch ? [...ranges, ...moments] : [...moments, ...ranges];
}

/** `silence disk 2h`, for each rule whose name begins so. */
function useSilence(typed: string): Entry[] {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const mayChange = useMayChange();
  const format = useFormat();
  const { show } = useClock();
  const store = useLiveStore();
  const words = useWords().shell.palette;
  const { data: rules } = useQuery({ ...trpc.alerts.rules.queryOptions(), enabled: mayChange });
  const onSuccess = () => readAgain(queries, { queryKey: trpc.alerts.pathKey() });
  const onError = ({ message }: { message: string }) => showToast(message);
  const end = useMutation(trpc.alerts.removeSilence.mutationOptions({ onSuccess, onError }));
  const add = useMutation(trpc.alerts.addSilence.mutationOptions({ onSuccess, onError }));
  const asked = silenceOf(typed);
  const ms = asked === null ? null : parseDuration(asked.time);
  if (asked === null || typeof ms !== "number" || !mayChange) return [];
  const fitting = (rules ?? [])
    .filter(({ name, enabled }) => enabled && name.toLowerCase().startsWith(asked.rule))
    .sort((a, b) => a.name.length - b.name.length);
  return fitting.map(({ name }) => ({
    id: `silence ${name}`,
    kind: "action",
    text: words.silence(name, format.duration(ms / 1000)),
    rank: 0,
    run: () => {
      void add.mutateAsync({ rule: name, hours: ms / 3_600_000 }).then(
        ({ id }) => showToast(words.silenced(name, show(store.serverNow() + ms)), () => end.mutate({ id })),
        () => {},
      );
    },
  }));
}
