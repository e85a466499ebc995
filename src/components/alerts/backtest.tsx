"use client";

import { useMutation } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { Failure } from "~/components/ui/states";
import { useFormat, useWords } from "~/components/words/words-provider";
import { builtInDefinition, chartUnitOf } from "~/domain/metric";
import { useTRPC } from "~/trpc/browser";
import { MetricChart } from "./metric-chart";
import { limitText, matchOf, partsLeftOut, type RuleDraft, ruleOf, thresholdsOfDraft } from "./rule-draft";

const HOURS = 24;
const REST_MS = 500;

interface BacktestProps {
  draft: RuleDraft;
  /** What was typed is a rule; until it is, the last answer stays. */
  valid: boolean;
  onSuggest: (warning: string) => void;
}

/** Tries the draft on the stored readings of the last day. It has its height from the beginning, so that the form does not move. */
export function Backtest({ draft, valid, onSuggest }: BacktestProps) {
  const trpc = useTRPC();
  const { backtest: words } = useWords().alerts;
  const { mutate, data, error, isPending } = useMutation(trpc.alerts.backtest.mutationOptions());
  const key = valid ? JSON.stringify(ruleOf(draft)) : null;
  // What is drawn is what was tried, while the next is being typed.
  const [tried, setTried] = useState(draft);
  useEffect(() => {
    if (key === null) return;
    const timer = setTimeout(() => {
      setTried(draft);
      mutate({ rule: JSON.parse(key), hours: HOURS });
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [draft, key, mutate]);
  const { metric, match } = tried;
  const selected = useMemo(() => matchOf(match), [match]);
  const without = useMemo(() => partsLeftOut({ metric, match }), [metric, match]);
  const thresholds = useMemo(() => thresholdsOfDraft(tried), [tried]);
  const annotations = useMemo(
    () =>
      (data?.firings ?? []).map(({ from, to, severity }, index) => ({
        id: String(index),
        from: Date.parse(from),
        to: to === null ? null : Date.parse(to),
        kind: severity,
        text: severity,
      })),
    [data],
  );
  return (
    <div className="min-h-[252px] text-[13px]">
      {error && <Failure error={error} />}
      {!data && !error && <p className="text-muted">{isPending ? words.running : ""}</p>}
      {data && (
        <>
          <Outcome answer={data} draft={draft} onSuggest={onSuggest} />
          <MetricChart
            metric={metric}
            match={selected}
            without={without}
            range={{ from: Date.parse(data.from), to: Date.parse(data.to) }}
            thresholds={thresholds}
            annotations={annotations}
          />
        </>
      )}
    </div>
  );
}

interface OutcomeProps extends Pick<BacktestProps, "draft" | "onSuggest"> {
  answer: { times: number; messages: number; approximate: boolean; suggestion: number | null };
}

function Outcome({ answer: { times, messages, approximate, suggestion }, draft, onSuggest }: OutcomeProps) {
  const { backtest: words } = useWords().alerts;
  const format = useFormat();
  const suggested = suggestion === null ? null : Number(suggestion.toPrecision(3));
  return (
    <p role="status" data-testid="backtest" className="min-h-[40px]">
      {times === 0 ? words.never : words.fired(format.count(times, words.times), format.count(messages, words.messages))}
      {approximate && ` (${words.approximate})`}.{" "}
      {suggested !== null && times > 0 && (
        <button
          type="button"
          className="underline underline-offset-2"
          onClick={() => onSuggest(limitText(suggested, draft.metric))}
        >
          {words.suggest(format.limit(suggested, chartUnitOf(draft.metric, builtInDefinition)))}
        </button>
      )}
    </p>
  );
}
