"use client";

import { useQuery } from "@tanstack/react-query";
import { useLive } from "~/components/live/live-provider";
import { Button } from "~/components/ui/controls";
import { useClock } from "~/components/view/use-view";
import { useTRPC } from "~/trpc/browser";
import { STEPS, secondsBack, sliderPosition } from "./past-scale";

/** Selects any moment of the stored history; the keys move it by a second. */
export function MomentSlider({ at, onChange }: { at: number | null; onChange: (at: number | null) => void }) {
  const { state } = useLive();
  const { show } = useClock();
  const trpc = useTRPC();
  const { data: host } = useQuery(trpc.host.get.queryOptions());
  const now = state.at ?? Date.now();
  const since = host?.historySince ? Date.parse(host.historySince) : now - 3_600_000;
  const most = Math.max(60, Math.round((now - since) / 1000));
  const back = at === null ? 0 : Math.max(0, (now - at) / 1000);
  const goTo = (seconds: number) =>
    onChange(seconds <= 0 ? null : Math.round((now - Math.min(most, seconds) * 1000) / 1000) * 1000);
  return (
    <div className="flex flex-wrap items-center gap-3 text-[12.5px] text-muted">
      <label htmlFor="past" className="whitespace-nowrap">
        Moment
      </label>
      <input
        id="past"
        type="range"
        min={-STEPS}
        max={0}
        step={1}
        value={-sliderPosition(back, most)}
        onChange={(event) => goTo(secondsBack(-Number(event.target.value), most))}
        onKeyDown={(event) => {
          const step = { ArrowLeft: 1, ArrowDown: 1, ArrowRight: -1, ArrowUp: -1, PageDown: 60, PageUp: -60 }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          goTo(Math.round(back) + step);
        }}
        className="min-w-[160px] flex-1 accent-series-blue"
        aria-valuetext={at === null ? "now" : show(at)}
      />
      <span className="numbers min-w-[12em] text-right" suppressHydrationWarning>
        {at === null ? `now, back to ${show(since)}` : show(at)}
      </span>
      {at !== null && <Button onClick={() => onChange(null)}>Back to now</Button>}
    </div>
  );
}
