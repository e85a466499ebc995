"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useClock } from "~/components/view/use-view";
import type { Words } from "~/components/words/en";
import { useFormat, useWords } from "~/components/words/words-provider";
import { shownGroup } from "~/domain/container";
import { useTRPC } from "~/trpc/browser";
import type { Row } from "./columns";

/** What is asked of a process stays until it is asked again. */
export const KEPT = { staleTime: 10_000, retry: false, placeholderData: keepPreviousData } as const;

type PanelWords = Words["processes"]["panel"];

/** Why a field could not be read, by what the server says of it. */
const REASONS: Readonly<Record<string, keyof PanelWords["unread"]>> = {
  "no permission": "permission",
  zombie: "zombie",
  "a kernel thread has none": "kernel",
  "not supported by this kernel or process": "absent",
  "needs the admin role": "admin",
  "the server runs as root: log in as an administrator to see it": "root",
};

function reasonOf(said: string | undefined, words: PanelWords["unread"]): string {
  const known = said !== undefined && Object.hasOwn(REASONS, said) ? REASONS[said] : undefined;
  return known === undefined ? (said ?? "–") : words[known];
}

interface FactsProps {
  row: Row;
  live: boolean;
  rows: readonly Row[];
  onSelect: (pid: number) => void;
}

export function ProcessFacts({ row, live, rows, onSelect }: FactsProps) {
  const trpc = useTRPC();
  const { panel } = useWords().processes;
  const { data: more } = useQuery({
    ...trpc.processes.get.queryOptions({ pid: row.pid, startedAt: Date.parse(row.startedAt) }),
    ...KEPT,
    enabled: live,
  });
  const children = rows.filter(({ parentPid }) => parentPid === row.pid);
  const parents = more?.parents ?? rows.filter(({ pid }) => pid === row.parentPid);
  const facts = useFacts(row, more);
  return (
    <>
      <p className="mb-2 font-mono text-[12.5px] [overflow-wrap:anywhere]">{row.command || `[${row.name}]`}</p>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-[13px]">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="max-w-[150px] text-muted">{name}</dt>
            <dd className="numbers break-words [overflow-wrap:anywhere]" suppressHydrationWarning>
              {value}
            </dd>
          </div>
        ))}
      </dl>
      <Relatives title={panel.parents} all={parents} onSelect={onSelect} />
      <Relatives title={panel.children} all={children} onSelect={onSelect} />
    </>
  );
}

interface More {
  unread: Readonly<Record<string, string>>;
  pssBytes: number | null;
  openFiles: number | null;
  cpuSeconds: number;
  executable: string | null;
  workingDirectory: string | null;
}

/** What the panel says of a process; what is only known of a running one is left out until it has been read. */
function useFacts(row: Row, more: More | undefined): [name: string, value: string][] {
  const { states, panel } = useWords().processes;
  const { facts: names, unread: words } = panel;
  const { show } = useClock();
  const format = useFormat();
  const rate = (value: number | null) => (value === null ? words.permission : format.text(value, "By/s"));
  const or = (field: string, text: string | null) => text ?? reasonOf(more?.unread[field], words);
  const read: [string, string][] = more
    ? [
        [names.proportional, or("pssBytes", more.pssBytes === null ? null : format.text(more.pssBytes, "By"))],
        [names.openFiles, or("openFiles", more.openFiles === null ? null : String(more.openFiles))],
        [names.cpuTime, format.duration(more.cpuSeconds)],
        [names.executable, or("executable", more.executable)],
        [names.directory, or("workingDirectory", more.workingDirectory)],
      ]
    : [];
  return [
    [names.pid, String(row.pid)],
    [names.user, row.user],
    [names.state, states[row.state]],
    [names.cpu, format.text(row.cpu, "1")],
    [names.memory, format.text(row.memoryBytes, "By")],
    [names.virtual, format.text(row.virtualBytes, "By")],
    [names.reads, rate(row.readBytesPerSecond)],
    [names.writes, rate(row.writeBytesPerSecond)],
    [names.threads, row.threads === null ? "–" : String(row.threads)],
    [names.started, show(Date.parse(row.startedAt))],
    [names.unit, shownGroup(row)],
    ...read,
  ];
}

const MOST = 12;

interface RelativesProps {
  title: string;
  all: readonly { pid: number; name: string }[];
  onSelect: (pid: number) => void;
}

function Relatives({ title, all, onSelect }: RelativesProps) {
  const { more } = useWords().processes.panel;
  const format = useFormat();
  if (all.length === 0) return null;
  return (
    <div className="mt-3">
      <h3 className="text-[12.5px] text-muted">{title}</h3>
      <ul className="flex flex-wrap gap-1">
        {all.slice(0, MOST).map(({ pid, name }) => (
          <li key={pid} className="max-w-full">
            <button
              type="button"
              title={`${name} ${pid}`}
              onClick={() => onSelect(pid)}
              className="min-h-[26px] max-w-full truncate rounded-[8px] border border-line px-2 font-mono text-[12.5px] hover:bg-hover"
            >
              {name} {pid}
            </button>
          </li>
        ))}
        {all.length > MOST && <li className="px-1 text-muted">{more(format.text(all.length - MOST, ""))}</li>}
      </ul>
    </div>
  );
}
