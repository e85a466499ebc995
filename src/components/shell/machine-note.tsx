"use client";

import { useSearchParams } from "next/navigation";
import { useLive } from "~/components/live/live-provider";
import { useFleetLink } from "~/components/view/machine-link";
import { type PageFacts, usePageFacts } from "~/components/view/page-facts";
import { withParameters } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";

const LINK = "inline-block min-h-[24px] leading-[24px] underline underline-offset-2";

/** On the pages of another machine: whose they are, where they are read, and where the rest is. */
export function MachineNote({ machine: { name, url }, path }: { machine: NonNullable<PageFacts["machine"]>; path: string }) {
  const { basePath } = usePageFacts();
  const { intervalSeconds } = useLive();
  const fleet = useFleetLink();
  const search = useSearchParams();
  const format = useFormat();
  const words = useWords().shell.machine;
  const there = url === null ? null : withParameters(`${url.replace(/\/+$/, "")}${path}?${search}`, { machine: null });
  return (
    <p
      role="note"
      className="flex flex-wrap items-center justify-center gap-x-4 border-b border-line bg-hover px-3 py-1.5 text-[13px] min-[800px]:px-6"
    >
      <span>{words.note(name, format.duration(intervalSeconds))}</span>
      {there !== null && (
        <a href={there} className={LINK} rel="noreferrer">
          {words.open(name)}
        </a>
      )}
      <a href={fleet} className={LINK}>
        {words.all}
      </a>
      <a href={`${basePath}/?here=1`} className={LINK}>
        {words.here}
      </a>
    </p>
  );
}
