"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Card } from "~/components/ui/card";
import { Button, Toggle } from "~/components/ui/controls";
import { Failure } from "~/components/ui/states";
import { usePageFacts } from "~/components/view/page-facts";
import { useClock, useRange } from "~/components/view/use-view";
import { REPORT_FORMATS, type ReportFormat } from "~/domain/report";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import { exportAddress, type ReportChoice } from "./choice";

const PERIODS: readonly { label: string; hours: number | null }[] = [
  { label: "24 h", hours: 24 },
  { label: "7 days", hours: 168 },
  { label: "30 days", hours: 720 },
  { label: "Range above", hours: null },
];

const FORMAT_WORDS: Record<ReportFormat, string> = {
  pdf: "PDF: to print and to hand on",
  html: "HTML: one file with charts to zoom and tables to sort",
  csv: "CSV: every figure as a row",
  json: "JSON: for programs",
};

export function ReportBuilder() {
  const [format, setFormat] = useState<ReportFormat>("pdf");
  const [hours, setHours] = useState<number | null>(24);
  const { span } = useRange();
  const { timeZone, show } = useClock();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const make = useMutation(
    trpc.reports.make.mutationOptions({
      onSuccess: () => readAgain(queries, { queryKey: trpc.reports.list.queryKey() }),
    }),
  );
  const { basePath } = usePageFacts();
  const choice: ReportChoice = { ...(hours === null ? { from: span.from, to: span.to } : { hours }), timeZone };
  return (
    <Card title="New report" note={hours === null ? `${show(span.from)} to ${show(span.to)}` : `the last ${hours} hours`}>
      <div className="flex flex-wrap items-center gap-x-5 gap-y-3">
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame around the buttons. */}
        <div role="group" aria-label="Period" className="flex flex-wrap gap-1">
          {PERIODS.map((period) => (
            <Toggle key={period.label} pressed={hours === period.hours} onClick={() => setHours(period.hours)}>
              {period.label}
            </Toggle>
          ))}
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: as above. */}
        <div role="group" aria-label="Format" className="flex flex-wrap gap-1">
          {REPORT_FORMATS.map((one) => (
            <Toggle key={one} pressed={format === one} title={FORMAT_WORDS[one]} onClick={() => setFormat(one)}>
              {one.toUpperCase()}
            </Toggle>
          ))}
        </div>
        <Button
          className="border-series-blue font-medium"
          disabled={make.isPending}
          onClick={() => make.mutate({ format, ...choice })}
        >
          Make report
        </Button>
        <a
          className="text-[13px] text-series-blue underline-offset-2 hover:underline"
          href={`${basePath}${exportAddress("html", choice, { inline: true })}`}
          target="_blank"
          rel="noreferrer"
        >
          Preview
        </a>
        <a
          className="text-[13px] text-series-blue underline-offset-2 hover:underline"
          href={`${basePath}${exportAddress(format, choice)}`}
          download
        >
          Download without keeping it
        </a>
      </div>
      <p className="mt-2 text-[12.5px] text-muted">{FORMAT_WORDS[format]}</p>
      {make.error && (
        <div className="mt-2">
          <Failure error={make.error} />
        </div>
      )}
    </Card>
  );
}
