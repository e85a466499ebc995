/** Adds to an alert that has just fired what takes a moment to find: the files that grow, who has the connections, what else was different. */
import PQueue from "p-queue";
import type { Cause } from "~/domain/contributor";
import type { Explanation, Span } from "~/domain/explanation";
import type { AlertManager } from "../alerts/manager";
import type { AlertChange } from "../alerts/manager-options";
import { baselineWindowMs, causeWindowMs } from "../causes/cause";
import type { Stretch } from "../causes/explain-metric";
import type { Reader } from "../reader/reader";
import type { Causes } from "./causes";

/** Of a storm of alerts the first are explained: the rest have the same reason. */
const MOST_WAITING = 20;
/** Alerts that fire within as long share one look. */
const SHARED_MS = 30_000;
/** As long as an alert's rule looks back, and at least as long as there is something to compare. */
const LEAST_MS = 60_000;

interface Sources {
  causes: Pick<Causes, "lookLive" | "named" | "declared">;
  past: Pick<Reader, "cause">;
  explanation: (span: Span) => Promise<Pick<Explanation, "summary">>;
  onError: (error: unknown) => void;
}

export function alertExplainer({ causes, past, explanation, onError }: Sources) {
  const queue = new PQueue({ concurrency: 1 });
  const failed = (error: unknown): undefined => {
    onError(error);
  };
  let last: { at: number; from: number; summary: Promise<string> } | undefined;

  const summaryOf = ({ from, to }: Span): Promise<string> => {
    if (!last || Math.abs(to - last.at) > SHARED_MS || from < last.from) {
      last = { at: to, from, summary: explanation({ from, to }).then(({ summary }) => summary) };
    }
    return last.summary;
  };

  /** Undefined when the alert's own cause says all. */
  const causeOf = async (
    { alert, at }: AlertChange,
    stretch: Pick<Stretch, "from" | "baselineMs">,
  ): Promise<Cause | undefined> => {
    const { metric, labels } = alert;
    const live = await causes.lookLive({ metric, labels }, at, Date.now());
    const isUnknown = alert.cause.length === 0 && alert.refusal === null;
    if (!live && !isUnknown) return undefined;
    return causes.named(await past.cause({ ...stretch, metric, labels, to: at, declared: causes.declared(metric), live }));
  };

  const look = async (change: AlertChange, manager: AlertManager) => {
    const { alert, at } = change;
    const rule = manager.rules().find(({ name }) => name === alert.rule);
    const [windowSeconds, forSeconds] = [rule?.windowSeconds ?? 0, rule?.forSeconds ?? 0];
    const lengthMs = causeWindowMs(windowSeconds, forSeconds);
    const stretch = { from: at - lengthMs, baselineMs: baselineWindowMs(windowSeconds, forSeconds) };
    const [cause, summary] = await Promise.all([
      causeOf(change, stretch).catch(failed),
      summaryOf({ from: at - Math.max(LEAST_MS, lengthMs), to: at }).catch(failed),
    ]);
    manager.explained(alert.id, { cause, summary: summary ?? null }, at);
  };

  return (change: AlertChange, manager: AlertManager): void => {
    if ((change.kind !== "fired" && change.kind !== "escalated") || queue.size >= MOST_WAITING) return;
    queue.add(() => look(change, manager)).catch(onError);
  };
}
