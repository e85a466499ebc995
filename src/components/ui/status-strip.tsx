"use client";

type Status = "ok" | "info" | "warning" | "critical" | "unknown";

const COLOR = {
  ok: "bg-ok opacity-35",
  info: "bg-info",
  warning: "bg-warning",
  critical: "bg-critical",
  unknown: "bg-line",
} as const;

interface StatusStripProps {
  slots: { key: string; status: Status; text: string }[];
  /** Read to screen readers when no slot has a severity. */
  calm: string;
}

/** A strip of equal slots with a status each; the tooltip explains a slot. */
export function StatusStrip({ slots, calm }: StatusStripProps) {
  const told = slots.filter(({ status }) => status !== "ok" && status !== "unknown");
  return (
    <>
      <div className="flex h-10 gap-px" aria-hidden="true">
        {slots.map(({ key, status, text }) => (
          <div key={key} title={text} className={`h-full flex-1 rounded-[2px] ${COLOR[status]}`} />
        ))}
      </div>
      <p className="sr-only">{told.map(({ text }) => text).join("; ") || calm}</p>
    </>
  );
}
