"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { RangePicker } from "~/components/shell/range-picker";
import { Card } from "~/components/ui/card";
import { Button, Toggle } from "~/components/ui/controls";
import { Failure } from "~/components/ui/states";
import { usePageFacts } from "~/components/view/page-facts";
import { useMayChange } from "~/components/view/role";
import { useClock, useRange } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";
import { REPORT_FORMATS, type ReportFormat } from "~/domain/report";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import { exportAddress, type ReportChoice } from "./choice";

/** Hours of each period; null is the range of the page. */
const PERIODS = { day: 24, week: 168, month: 720, selected: null } as const;
type Period = keyof typeof PERIODS;

const LINK = "text-[13px] text-series-blue underline-offset-2 hover:underline";

export function ReportBuilder() {
  const { builder: words } = useWords().reports;
  const [format, setFormat] = useState<ReportFormat>("pdf");
  const [period, setPeriod] = useState<Period>("day");
  const { span } = useRange();
  const { timeZone, show } = useClock();
  const mayChange = useMayChange();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const make = useMutation(
    trpc.reports.make.mutationOptions({
      onSuccess: () => readAgain(queries, { queryKey: trpc.reports.list.queryKey() }),
    }),
  );
  const { basePath } = usePageFacts();
  const hours = PERIODS[period];
  const choice: ReportChoice = { ...(hours === null ? { from: span.from, to: span.to } : { hours }), timeZone };
  return (
    <Card
      title={words.title}
      note={hours === null ? words.span(show(span.from), show(span.to)) : words.last(words.periods[period])}
    >
      <div className="flex flex-wrap items-center gap-x-5 gap-y-3">
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame around the buttons. */}
        <div role="group" aria-label={words.period} className="flex flex-wrap gap-1">
          {(Object.keys(PERIODS) as Period[]).map((one) => (
            <Toggle key={one} pressed={period === one} onClick={() => setPeriod(one)}>
              {words.periods[one]}
            </Toggle>
          ))}
          {hours === null && <RangePicker />}
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: as above. */}
        <div role="group" aria-label={words.format} className="flex flex-wrap gap-1">
          {REPORT_FORMATS.map((one) => (
            <Toggle key={one} pressed={format === one} title={words.formats[one]} onClick={() => setFormat(one)}>
              {one.toUpperCase()}
            </Toggle>
          ))}
        </div>
        {mayChange && (
          <Button
            className="border-series-blue font-medium"
            disabled={make.isPending}
            onClick={() => make.mutate({ format, ...choice })}
          >
            {words.generate}
          </Button>
        )}
        <a
          className={LINK}
          href={`${basePath}${exportAddress("html", choice, { inline: true })}`}
          target="_blank"
          rel="noreferrer"
        >
          {words.preview}
        </a>
        <a className={LINK} href={`${basePath}${exportAddress(format, choice)}`} download>
          {words.download}
        </a>
      </div>
      <p className="mt-2 text-[12.5px] text-muted">{words.formats[format]}</p>
      {make.error && (
        <div className="mt-2">
          <Failure error={make.error} />
        </div>
      )}
    </Card>
  );
}
