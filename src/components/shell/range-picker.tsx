"use client";

import { ChevronDown } from "lucide-react";
import { lazyPart } from "~/components/ui/lazy-part";
import { Popover } from "~/components/ui/popover";
import { useRangeLabel } from "~/components/view/use-range-label";
import { useWords } from "~/components/words/words-provider";

const RangePanel = lazyPart(() => import("./range-panel").then(({ RangePanel: loaded }) => loaded));

/** Chooses the time range of all pages (preset, typed, or two moments) and the time zone. */
export function RangePicker() {
  const label = useRangeLabel();
  const { range } = useWords().shell;
  return (
    <Popover
      label={range.label(label)}
      buttonClass="max-w-[230px]"
      button={
        <>
          <span className="truncate" suppressHydrationWarning>
            {label}
          </span>
          <ChevronDown size={14} aria-hidden="true" className="shrink-0" />
        </>
      }
    >
      {(close) => <RangePanel close={close} />}
    </Popover>
  );
}
