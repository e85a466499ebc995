"use client";

import { useState } from "react";
import { usePageFacts } from "~/components/view/page-facts";
import { useWords } from "~/components/words/words-provider";

const MOST_MS = 24 * 3_600_000;

/** Saves the range as an incident file. */
export function IncidentForm({ from, to, close }: { from: number; to: number; close: () => void }) {
  const { basePath } = usePageFacts();
  const { incident } = useWords().performance;
  const [redacted, setRedacted] = useState(true);
  const query = new URLSearchParams({
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    redact: redacted ? "1" : "0",
  });
  return (
    <div className="flex w-[260px] max-w-full flex-col gap-3 text-[13px]">
      <p className="text-muted">
        {incident.about} <code>hostscope open FILE</code>
      </p>
      <label className="flex items-center gap-2">
        <input type="checkbox" checked={redacted} onChange={(event) => setRedacted(event.target.checked)} />
        {incident.redact}
      </label>
      {to - from > MOST_MS ? (
        <p role="status">{incident.tooLong}</p>
      ) : (
        <a
          href={`${basePath}/api/export/incident?${query}`}
          download
          onClick={close}
          className="flex h-9 items-center justify-center rounded-[10px] border border-line font-medium hover:bg-hover"
        >
          {incident.save}
        </a>
      )}
    </div>
  );
}
