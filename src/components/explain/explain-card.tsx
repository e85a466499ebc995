"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Contributors } from "~/components/alerts/contributors";
import { Sparkline } from "~/components/charts/sparkline";
import { Card } from "~/components/ui/card";
import { Failure, Skeleton } from "~/components/ui/states";
import { useClock, usePageLink } from "~/components/view/use-view";
import { useMetricTitles } from "~/components/words/use-metric-titles";
import { useFormat, useWords } from "~/components/words/words-provider";
import { type Answers, useTRPC } from "~/trpc/browser";

interface Span {
  from: number;
  to: number;
}

/** What was different in a range from the time before it. */
export function ExplainCard({ span, aside }: { span: Span; aside?: React.ReactNode }) {
  const { show } = useClock();
  const { performance } = useWords();
  return (
    <Card title={performance.explained.title} note={performance.range(show(span.from), show(span.to))} aside={aside}>
      <Explained span={span} />
    </Card>
  );
}

/** The sentence, each part of which leads to what it rests on, and that below it. */
export function Explained({ span: { from, to } }: { span: Span }) {
  const trpc = useTRPC();
  const { show } = useClock();
  const { explained } = useWords().performance;
  const { data, error, refetch } = useQuery({
    ...trpc.explain.stretch.queryOptions({ from, to }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton label={explained.label} height={120} />;
  const { parts, contributors, coverage, refusal, metrics, events, baseline } = data;
  const id = (evidence: { kind: string; index: number }) => `explain-${from}-${evidence.kind}-${evidence.index}`;
  return (
    <div className="flex flex-col gap-3 text-[13px]">
      <p className="text-[14px]" data-testid="summary">
        {parts.map(({ text, evidence }, index) => (
          <span key={text}>
            {index > 0 && "; "}
            {evidence ? (
              <a href={`#${id(evidence)}`} className="underline decoration-line underline-offset-2 hover:decoration-current">
                {index === 0 ? capital(text) : text}
              </a>
            ) : index === 0 ? (
              capital(text)
            ) : (
              text
            )}
          </span>
        ))}
        .
      </p>
      <div className="grid grid-cols-1 gap-x-8 gap-y-3 min-[900px]:grid-cols-2">
        {(contributors.length > 0 || refusal !== null) && (
          <section aria-label={explained.who} id={id({ kind: "contributor", index: 0 })}>
            <h3 className="font-semibold">{explained.who}</h3>
            <Contributors cause={contributors} coverage={coverage} refusal={refusal} />
          </section>
        )}
        {metrics.length > 0 && (
          <section aria-label={explained.metrics}>
            <h3 className="font-semibold">{explained.metrics}</h3>
            <ul>
              {metrics.map((one, index) => (
                <MetricLine
                  key={`${one.metric} ${JSON.stringify(one.labels)}`}
                  id={id({ kind: "metric", index })}
                  one={one}
                  range={{ from: Date.parse(baseline.from), to }}
                />
              ))}
            </ul>
          </section>
        )}
        {events.length > 0 && (
          <section aria-label={explained.events}>
            <h3 className="font-semibold">{explained.events}</h3>
            <ul>
              {events.map(({ at, kind, text, id: alert }, index) => (
                <li key={`${at} ${text}`} id={id({ kind: "event", index })} className="flex gap-3 border-t border-line py-1">
                  <time dateTime={at} className="numbers shrink-0 text-muted" suppressHydrationWarning>
                    {show(Date.parse(at))}
                  </time>
                  <span className="min-w-0 break-words">
                    {kind === "alert" && alert !== null ? (
                      <Link href={`/alerts?alert=${alert}`} prefetch={false} className="underline underline-offset-2">
                        {text}
                      </Link>
                    ) : (
                      text
                    )}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </div>
  );
}

const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

type Changed = Answers["explain"]["stretch"]["metrics"][number];

function MetricLine({ id, one, range }: { id: string; one: Changed; range: Span }) {
  const link = usePageLink();
  const format = useFormat();
  const { explained } = useWords().performance;
  const titleOf = useMetricTitles();
  const { metric, unit, before, mean, yesterday, values } = one;
  const address = `/performance?find=${encodeURIComponent(metric)}&from=${new Date(range.from).toISOString()}&to=${new Date(range.to).toISOString()}`;
  return (
    <li id={id} className="grid grid-cols-[minmax(0,1fr)_96px_auto] items-center gap-3 border-t border-line py-1">
      <Link href={link(address)} prefetch={false} className="min-w-0 break-words hover:underline" title={metric}>
        {titleOf(one)}
      </Link>
      <Sparkline values={values} color="--series-blue" />
      <span
        className="numbers text-right"
        title={yesterday === null ? undefined : explained.dayBefore(format.text(yesterday, unit))}
      >
        {format.text(before, unit)} → {format.text(mean, unit)}
      </span>
    </li>
  );
}
