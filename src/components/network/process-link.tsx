"use client";

import Link from "next/link";
import { usePageLink } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";

/** Leads to the process of a socket; without one it says so. */
export function ProcessLink({ pid, name }: { pid: number | null; name: string | null }) {
  const { ownerUnknown, ownerHelp } = useWords().network;
  const link = usePageLink();
  if (pid === null)
    return (
      <span className="text-muted" title={ownerHelp}>
        {ownerUnknown}
      </span>
    );
  return (
    <Link
      href={link(`/processes?pid=${pid}`)}
      prefetch={false}
      className="inline-block min-h-[24px] min-w-[24px] max-w-full truncate align-bottom leading-[24px] hover:underline"
    >
      {name} <span className="numbers text-muted">{pid}</span>
    </Link>
  );
}
