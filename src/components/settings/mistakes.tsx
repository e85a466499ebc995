"use client";

import { Failure } from "~/components/ui/states";
import { useWords } from "~/components/words/words-provider";
import { useConfiguration } from "./use-configuration";

/** Why there are no settings to show, or the mistakes of a file that is not in effect. */
export function Mistakes() {
  const { settings: words } = useWords();
  const { data, error, refetch } = useConfiguration();
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data || data.mistakes.length === 0) return null;
  return (
    <div role="alert" className="rounded-[10px] border border-warning bg-card px-4 py-3">
      <p className="font-semibold text-warning">{words.mistakes}</p>
      <ul className="font-mono text-[12.5px] break-words">
        {data.mistakes.map((mistake) => (
          <li key={mistake}>{mistake}</li>
        ))}
      </ul>
    </div>
  );
}
