"use client";

import { useQuery } from "@tanstack/react-query";
import { Card } from "~/components/ui/card";
import { Failure, Skeleton } from "~/components/ui/states";
import { useWords } from "~/components/words/words-provider";
import { useTRPC } from "~/trpc/browser";

/** The configuration file as it stands, without its secrets. */
export function ConfigurationText() {
  const { file } = useWords().settings;
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery({ ...trpc.config.text.queryOptions(), staleTime: 0 });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton label={file.loading} height={320} />;
  const { text } = data;
  return (
    <Card title="config.yaml" note={file.note}>
      {text === null && <p className="text-warning">{file.invalid}</p>}
      {text !== null && text.trim() === "" && <p className="text-muted">{file.empty}</p>}
      {text !== null && text.trim() !== "" && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls is reached by key.
        <section tabIndex={0} aria-label={file.label} className="max-h-[480px] overflow-auto rounded-[10px] bg-hover px-3 py-2">
          <pre className="font-mono text-[12.5px]">{text}</pre>
        </section>
      )}
    </Card>
  );
}
