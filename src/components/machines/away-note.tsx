"use client";

import { useEffect, useState } from "react";
import { useLiveStore } from "~/components/live/live-provider";
import { useFormat, useWords } from "~/components/words/words-provider";

/** Why the values do not go on, and how old they are. */
export function AwayNote({ error, asOf }: { error: { message: string }; asOf: number }) {
  const { machines: words } = useWords();
  const format = useFormat();
  const store = useLiveStore();
  const [now, setNow] = useState(() => store.serverNow());
  useEffect(() => {
    const timer = setInterval(() => setNow(store.serverNow()), 1000);
    return () => clearInterval(timer);
  }, [store]);
  const age = format.duration(Math.max(0, Math.round((now - asOf) / 1000)));
  return (
    <div className="rounded-[10px] border border-warning bg-card px-4 py-2.5">
      <p>
        <span role="alert">{words.away}</span> <span className="numbers">{words.age(age)}</span>
      </p>
      <p className="text-[12.5px] break-words text-muted">{error.message}</p>
    </div>
  );
}
