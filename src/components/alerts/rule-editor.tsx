"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useMemo, useState } from "react";
import { Field, Select, TextInput } from "~/components/ui/controls";
import { Dialog } from "~/components/ui/dialog";
import { FormEnd } from "~/components/ui/form-end";
import { Failure } from "~/components/ui/states";
import { showToast } from "~/components/ui/toasts";
import type { ListedRule } from "~/domain/alert";
import { SEVERITIES } from "~/domain/alert";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import { MetricChart } from "./metric-chart";
import { draftOf, limitOf, matchOf, mistakesOf, type RuleDraft, ruleOf } from "./rule-draft";

const HOURS = 24;
const REST_MS = 500;
const NOTHING: readonly string[] = [];

/** Edits a rule and shows what it would have done in the last day. */
export function RuleEditor({ rule, onClose }: { rule: ListedRule | null; onClose: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(rule));
  const wrong = mistakesOf(draft);
  const valid = Object.keys(wrong).length === 0;
  const { data: metrics } = useQuery(trpc.metrics.catalogue.queryOptions());
  const save = useMutation(
    trpc.alerts.saveRule.mutationOptions({
      onSuccess: ({ name }) => {
        void readAgain(queries, { queryKey: trpc.alerts.pathKey() });
        showToast(`The rule ${name} is in force`);
        onClose();
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (valid) save.mutate(ruleOf(draft));
  };
  const text = (
    name: Exclude<keyof RuleDraft, "noData">,
    label: string,
    more: { width?: string; list?: string; fixed?: boolean } = {},
  ) => (
    <Field label={label} wrong={draft[name] === "" && name === "name" ? undefined : wrong[name]}>
      <TextInput
        value={draft[name]}
        readOnly={more.fixed}
        list={more.list}
        aria-invalid={wrong[name] !== undefined}
        onChange={(event) => setDraft({ ...draft, [name]: event.target.value })}
        className={more.width ?? "w-28"}
      />
    </Field>
  );
  return (
    <Dialog title={rule ? `Change ${rule.name}` : "New rule"} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <div className="flex flex-wrap gap-3">
          {text("name", "Name", { width: "w-[180px]", fixed: rule !== null })}
          {text("metric", "Metric", { width: "w-[300px] max-w-full", list: "metric-names" })}
          <datalist id="metric-names">
            {(metrics ?? []).map(({ metric }) => (
              <option key={metric} value={metric} />
            ))}
          </datalist>
          {text("match", "Only where", { width: "w-[300px] max-w-full" })}
        </div>
        <div className="flex flex-wrap gap-3">
          <Field label="Take the">
            <Select
              value={draft.aggregate}
              onChange={(event) => setDraft({ ...draft, aggregate: event.target.value as RuleDraft["aggregate"] })}
            >
              <option value="avg">mean</option>
              <option value="max">highest</option>
              <option value="min">lowest</option>
              <option value="last">newest</option>
            </Select>
          </Field>
          {text("window", "over", { width: "w-20" })}
          <Field label="when it is">
            <Select value={draft.op} onChange={(event) => setDraft({ ...draft, op: event.target.value as RuleDraft["op"] })}>
              <option value="above">above</option>
              <option value="below">below</option>
            </Select>
          </Field>
          {text("warning", "warning")}
          {text("critical", "critical")}
          {text("info", "info")}
          {text("for", "for", { width: "w-20" })}
        </div>
        <details>
          <summary className="cursor-pointer text-[13px] text-muted">When it ends, who is told, and forecasts</summary>
          <div className="mt-2 flex flex-wrap gap-3">
            {text("clear", "Calm again at")}
            {text("keepFiring", "Keep firing for", { width: "w-20" })}
            <Field label="Without readings">
              <Select
                value={draft.noData}
                onChange={(event) => setDraft({ ...draft, noData: event.target.value as RuleDraft["noData"] })}
              >
                <option value="ok">it resolves</option>
                <option value="keep">it stays as it is</option>
                <option value="alert">it fires</option>
              </Select>
            </Field>
            {text("forecast", "Forecast ahead", { width: "w-24" })}
            {text("unusual", "Unusual for", { width: "w-24" })}
            {text("channels", "Channels", { width: "w-[200px] max-w-full" })}
            {text("escalate", "Escalate", { width: "w-[280px] max-w-full" })}
          </div>
        </details>
        <div className="flex flex-wrap gap-3">
          {text("description", "What it means", { width: "w-[280px] max-w-full" })}
          {text("remedy", "What to do", { width: "w-[280px] max-w-full" })}
        </div>
        {valid && (
          <Backtest draft={draft} without={rule?.without ?? NOTHING} onSuggest={(warning) => setDraft({ ...draft, warning })} />
        )}
        <FormEnd saving={save} blocked={!valid} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

interface BacktestProps {
  draft: RuleDraft;
  without: readonly string[];
  onSuggest: (warning: string) => void;
}

/** Tests the draft on the stored readings of the last day. */
function Backtest({ draft, without, onSuggest }: BacktestProps) {
  const trpc = useTRPC();
  const { mutate, data, error, isPending } = useMutation(trpc.alerts.backtest.mutationOptions());
  const key = JSON.stringify(ruleOf(draft));
  useEffect(() => {
    const timer = setTimeout(() => mutate({ rule: JSON.parse(key), hours: HOURS }), REST_MS);
    return () => clearTimeout(timer);
  }, [key, mutate]);
  const match = useMemo(() => matchOf(draft.match), [draft.match]);
  const thresholds = useMemo(
    () =>
      SEVERITIES.flatMap((severity) => {
        const value = limitOf(draft[severity]);
        return value === null ? [] : [{ severity, value }];
      }),
    [draft],
  );
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
  if (error) return <Failure error={error} />;
  if (!data) return <p className="h-[200px] text-muted">{isPending ? "Looking at the last day" : ""}</p>;
  const { times } = data;
  return (
    <div>
      <p role="status" data-testid="backtest">
        Would have fired {times === 0 ? "never" : times === 1 ? "once" : `${times} times`} in the last {HOURS} h
        {times > 0 && ` and sent ${data.messages} ${data.messages === 1 ? "message" : "messages"}`}
        {data.approximate && " (from means of minutes)"}.{" "}
        {data.suggestion !== null && times > 0 && (
          <button
            type="button"
            className="underline underline-offset-2"
            onClick={() => onSuggest(String(Number(data.suggestion?.toPrecision(3))))}
          >
            With a warning at {Number(data.suggestion.toPrecision(3))} once a week at most
          </button>
        )}
      </p>
      <MetricChart
        metric={draft.metric}
        match={match}
        without={without}
        range={{ from: Date.parse(data.from), to: Date.parse(data.to) }}
        thresholds={thresholds}
        annotations={annotations}
      />
    </div>
  );
}
