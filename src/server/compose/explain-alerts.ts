/** Adds to an alert that has just fired what takes a moment to find: the files that grow, who has the connections, what else was different. */
import PQueue from "p-queue";
import type { Explanation, Span } from "~/domain/explanation";
import type { AlertManager } from "../alerts/manager";
import type { AlertChange } from "../alerts/manager-options";
import { causeWindowMs } from "../causes/cause";
import type { Causes } from "./causes";

/** Of a storm of alerts the first are explained: the rest have the same reason. */
const MOST_WAITING = 20;
/** Alerts that fire within as long share one look. */
const SHARED_MS = 30_000;
/** As long as an alert's rule looks back, and at least as long as there is something to compare. */
const LEAST_MS = 60_000;

interface Sources {
  causes: Pick<Causes, "explain" | "lookLive">;
  explanation: (span: Span) => Promise<Pick<Explanation, "summary">>;
  onError: (error: unknown) => void;
}

export function alertExplainer({ causes, explanation, onError }: Sources) {
  const queue = new PQueue({ concurrency: 1 });
  let last: { at: number; from: number; summary: Promise<string> } | undefined;

  const summaryOf = ({ from, to }: Span): Promise<string> => {
    if (!last || Math.abs(to - last.at) > SHARED_MS || from < last.from) {
      last = { at: to, from, summary: explanation({ from, to }).then(({ summary }) => summary) };
    }
    return last.summary;
  };

  const look = async ({ alert, at }: AlertChange, manager: AlertManager) => {
    const rule = manager.rules().find(({ name }) => name === alert.rule);
    const lengthMs = Math.max(LEAST_MS, causeWindowMs(rule?.windowSeconds ?? 0, rule?.forSeconds));
    const [live, summary] = await Promise.all([
      causes.lookLive(alert, at, Date.now()),
      summaryOf({ from: at - lengthMs, to: at }).catch((error: unknown) => {
        onError(error);
        return null;
      }),
    ]);
    manager.explained(alert.id, { explain: live && ((stretch) => causes.explain({ ...stretch, live })), summary }, at);
  };

  return (change: AlertChange, manager: AlertManager): void => {
    if ((change.kind !== "fired" && change.kind !== "escalated") || queue.size >= MOST_WAITING) return;
    queue.add(() => look(change, manager)).catch(onError);
  };
}
