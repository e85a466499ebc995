"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useLiveStore } from "~/components/live/live-provider";
import { type Misread as MisreadPart, misread } from "~/components/view/range";
import { useClock } from "~/components/view/use-view";
import type { Words } from "~/components/words/en";
import { useWords } from "~/components/words/words-provider";

function textOf(part: MisreadPart, { misread: words, range }: Words["shell"]): string {
  switch (part.kind) {
    case "parameter":
      return words.parameter(part.name);
    case "range":
      return words.range(range.refusal(part.refusal));
    case "moment":
      return words.moment(part.text);
    case "alert":
      return words.alert(part.text);
  }
}

/** What of the address the page does not follow. */
export function Misread() {
  const path = usePathname();
  const search = useSearchParams();
  const { timeZone } = useClock();
  const { shell } = useWords();
  const store = useLiveStore();
  const parts = misread(path, search, store.serverNow(), timeZone);
  if (parts.length === 0) return null;
  return (
    <p role="status" className="border-b border-line bg-hover px-3 py-1.5 text-center text-[13px] min-[800px]:px-6">
      {shell.misread.intro(parts.map((part) => textOf(part, shell)).join(" "))}
    </p>
  );
}
