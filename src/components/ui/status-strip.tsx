"use client";

type Status = "ok" | "info" | "warning" | "critical" | "unknown";

const COLOR = {
  ok: "bg-ok opacity-35",
  info: "bg-info",
  warning: "bg-warning",
  critical: "bg-critical",
  unknown: "bg-line",
} as const;

/** Beyond that, the end of a label would be cut: it stands before its tick. A phone has no room there. */
const LAST_PLACE = 0.93;

interface StatusStripProps {
  slots: { key: string; status: Status; text: string }[];
  /** Labels below the strip, at their places, 0..1. */
  ticks: { place: number; text: string }[];
  legend: [Status, string][];
  /** Read to screen readers when no slot has a severity. */
  calm: string;
}

/** A strip of equal slots with a status each; the tooltip explains a slot. */
export function StatusStrip({ slots, ticks, legend, calm }: StatusStripProps) {
  const told = slots.filter(({ status }) => status !== "ok" && status !== "unknown");
  return (
    <>
      <div aria-hidden="true">
        <div className="flex h-10 gap-px">
          {slots.map(({ key, status, text }) => (
            <div key={key} title={text} className={`h-full flex-1 rounded-[2px] ${COLOR[status]}`} />
          ))}
        </div>
        <ol className="numbers relative mt-1 h-4 text-[11px] text-muted">
          {ticks.map(({ place, text }) => {
            const isLast = place >= LAST_PLACE;
            return (
              <li
                key={place}
                className={`absolute top-0 border-line whitespace-nowrap ${isLast ? "border-r pr-1 max-[639px]:hidden" : "border-l pl-1"}`}
                style={isLast ? { right: `${(1 - place) * 100}%` } : { left: `${place * 100}%` }}
              >
                {text}
              </li>
            );
          })}
        </ol>
        <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-[12.5px] text-muted">
          {legend.map(([status, name]) => (
            <li key={status} className="flex items-center gap-1.5">
              <span className={`size-[10px] rounded-[2px] ${COLOR[status]}`} />
              {name}
            </li>
          ))}
        </ul>
      </div>
      <p className="sr-only">{told.map(({ text }) => text).join("; ") || calm}</p>
    </>
  );
}
