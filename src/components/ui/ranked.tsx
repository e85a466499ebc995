"use client";

import { BarList } from "@tremor/react";

/** Names and counts as bars, largest first. */
export function RankedBars({ rows }: { rows: { name: string; value: number }[] }) {
  return <BarList data={rows} color="blue" className="[&_*]:!text-text" />;
}

type Status = "ok" | "info" | "warning" | "critical";

const COLOR = { ok: "bg-ok", info: "bg-info", warning: "bg-warning", critical: "bg-critical" } as const;

/** A strip of equal slots with a status each; the tooltip explains a slot. */
export function StatusStrip({ slots }: { slots: { key: string; status: Status; text: string }[] }) {
  return (
    <>
      <div className="flex h-10 gap-px" aria-hidden="true">
        {slots.map(({ key, status, text }) => (
          <div
            key={key}
            title={text}
            className={`h-full flex-1 rounded-[2px] ${status === "ok" ? "opacity-35" : ""} ${COLOR[status]}`}
          />
        ))}
      </div>
      <p className="sr-only">
        {slots
          .filter(({ status }) => status !== "ok")
          .map(({ text }) => text)
          .join("; ") || "nothing happened"}
      </p>
    </>
  );
}
