"use client";

import Link from "next/link";
import { usePageLink } from "~/components/view/use-view";

/** To the page where something is changed. */
export function SummaryLink({ to, children }: { to: string; children: string }) {
  const link = usePageLink();
  return (
    <Link href={link(to)} className="text-[13px] text-series-blue underline-offset-2 hover:underline">
      {children}
    </Link>
  );
}
