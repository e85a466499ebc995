"use client";

import { Info } from "lucide-react";
import { Popover } from "~/components/ui/popover";
import { useWords } from "~/components/words/words-provider";

interface AboutProps {
  title: string;
  metric: string;
  help: string;
  /** What a high value means. */
  high: string | null;
  /** What is usual at this hour. */
  usual: string | null;
}

/** What a chart shows, and what a high value means. */
export function AboutButton({ title, metric, help, high, usual }: AboutProps) {
  const { charts } = useWords();
  return (
    <Popover
      label={charts.about.label(title)}
      align="left"
      buttonClass="!h-6 !px-1 !border-transparent text-muted"
      button={<Info size={14} aria-hidden="true" />}
    >
      {() => (
        <dl className="flex w-[300px] max-w-full flex-col gap-1.5 text-[13px]">
          <dd>{help}</dd>
          {high !== null && (
            <div>
              <dt className="inline font-medium">{charts.about.high}</dt> <dd className="inline">{high}</dd>
            </div>
          )}
          {usual !== null && (
            <div>
              <dt className="inline font-medium">{charts.about.usual}</dt> <dd className="inline">{usual}</dd>
            </div>
          )}
          <dd className="font-mono text-[12px] break-all text-muted">{metric}</dd>
        </dl>
      )}
    </Popover>
  );
}
