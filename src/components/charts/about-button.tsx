"use client";

import { Info } from "lucide-react";
import { Popover } from "~/components/ui/popover";
import { useFormat, useWords } from "~/components/words/words-provider";

interface AboutProps {
  title: string;
  metric: string;
  help: string;
  /** What a high value means. */
  high: string | null;
  /** Between what it usually is at this hour. */
  usual: { low: number; high: number } | null;
  unit: string;
}

/** What a chart shows, and what a high value means. */
export function AboutButton({ title, metric, help, high, usual, unit }: AboutProps) {
  const { charts } = useWords();
  const format = useFormat();
  return (
    <Popover
      label={charts.about.label(title)}
      align="left"
      buttonClass="!h-[24px] !w-[24px] justify-center !px-0 !border-transparent text-muted"
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
          {usual !== null && <dd>{charts.about.usual(format.text(usual.low, unit), format.text(usual.high, unit))}</dd>}
          <dd className="font-mono text-[12px] break-all text-muted">{metric}</dd>
        </dl>
      )}
    </Popover>
  );
}
