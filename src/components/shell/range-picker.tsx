"use client";

import { ChevronDown } from "lucide-react";
import dynamic from "next/dynamic";
import { Popover } from "~/components/ui/popover";
import { PRESETS, type TimeRange } from "~/components/view/range";
import { type Clock, useClock, useRange } from "~/components/view/use-view";

const RangePanel = dynamic(() => import("./range-panel").then(({ RangePanel: loaded }) => loaded), { ssr: false });

function labelOf(range: TimeRange, clock: Clock): string {
  if (range.kind === "text") return PRESETS.find(({ text }) => text === range.text)?.label ?? range.text;
  return `${clock.show(range.from)} – ${clock.show(range.to, range.to - range.from < 86_400_000 ? "time" : "moment")}`;
}

/** Chooses the time range of all pages (preset, typed, or two moments) and the time zone. */
export function RangePicker() {
  const { range } = useRange();
  const clock = useClock();
  const label = labelOf(range, clock);
  return (
    <Popover
      label={`Time range: ${label}`}
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
      {(close) => <RangePanel range={range} clock={clock} close={close} />}
    </Popover>
  );
}
