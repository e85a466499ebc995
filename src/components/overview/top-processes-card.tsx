"use client";

import Link from "next/link";
import { Card } from "~/components/ui/card";
import { usePageFacts } from "~/components/view/page-facts";
import { usePageLink } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import type { TopProgram } from "~/domain/top-processes";

const CELL = "numbers py-1 pl-3 text-right whitespace-nowrap";
const HEADER = "py-1 pl-3 text-right text-[12.5px] font-normal text-muted";

interface TopProcessesProps {
  /** Heaviest first; null when none are kept of the time. */
  programs: readonly TopProgram[] | null;
  stale: boolean;
  /** The end of a range that is over, ISO 8601; null for now. */
  at: string | null;
}

export function TopProcessesCard({ programs, stale, at }: TopProcessesProps) {
  const link = usePageLink();
  const { machine } = usePageFacts();
  const words = useWords().overview.processes;
  const moment = at === null ? "" : `at=${encodeURIComponent(at)}`;
  return (
    <Card
      title={words.title}
      {...(machine === null && { href: link(at === null ? "/processes" : `/processes?${moment}`) })}
      note={words.note}
    >
      <div className={stale ? "stale" : ""}>
        <table className="w-full table-fixed">
          <thead>
            <tr>
              <th scope="col" className="py-1 text-left text-[12.5px] font-normal text-muted">
                {words.name}
              </th>
              <th scope="col" className={`${HEADER} w-16`}>
                {words.cpu}
              </th>
              <th scope="col" className={`${HEADER} w-22`}>
                {words.memory}
              </th>
              <th scope="col" className={`${HEADER} hidden w-24 sm:table-cell`}>
                {words.io}
              </th>
            </tr>
          </thead>
          <tbody>
            {programs?.map((program) => (
              <ProgramRow key={`${program.name}\n${program.user}`} program={program} moment={moment} />
            ))}
          </tbody>
        </table>
        {programs === null && <p className="py-2 text-[12.5px] text-muted">{words.notKept}</p>}
        {programs?.length === 0 && <p className="py-2 text-[12.5px] text-muted">{words.waiting}</p>}
      </div>
    </Card>
  );
}

function ProgramRow({ program, moment }: { program: TopProgram; moment: string }) {
  const link = usePageLink();
  const format = useFormat();
  const { machine } = usePageFacts();
  const { processes: words } = useWords().overview;
  const { name, first, count, cpu, memoryBytes, ioBytesPerSecond } = program;
  const which = count === 1 ? `pid=${first.pid}` : `q=${encodeURIComponent(first.command === "" ? name : first.name)}`;
  return (
    <tr className="border-t border-line">
      <td className="truncate py-1" title={first.command || first.name}>
        {machine === null ? (
          <>
            <Link
              href={link(`/processes?${[which, moment].filter(Boolean).join("&")}`)}
              prefetch={false}
              className="hover:underline"
            >
              {first.command === "" ? `[${name}]` : name}
            </Link>{" "}
            <span className="numbers text-[12.5px] text-muted">{count === 1 ? words.pid(first.pid) : `×${count}`}</span>
          </>
        ) : (
          // An engine knows programs, not processes.
          name
        )}
      </td>
      <td className={CELL}>{format.text(cpu, "1")}</td>
      <td className={CELL}>{format.text(memoryBytes, "By")}</td>
      <td className={`${CELL} hidden sm:table-cell`} title={ioBytesPerSecond === null ? words.unreadableHelp : undefined}>
        {ioBytesPerSecond === null ? words.unreadable : format.text(ioBytesPerSecond, "By/s")}
      </td>
    </tr>
  );
}
