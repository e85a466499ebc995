"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { misread } from "~/components/view/range";
import { useClock } from "~/components/view/use-view";

/** What of the address the page does not follow. */
export function Misread() {
  const path = usePathname();
  const search = useSearchParams();
  const { timeZone } = useClock();
  const said = misread(path, search, Date.now(), timeZone);
  if (said.length === 0) return null;
  return (
    <p role="status" className="border-b border-line bg-hover px-3 py-1.5 text-center text-[13px] min-[800px]:px-6">
      In the address: {said.join("; ")}.
    </p>
  );
}
