/** Finds who explains an alert, and looks again while it fires. */
import type { Alert } from "~/domain/alert";
import { type Cause, UNKNOWN_CAUSE } from "~/domain/contributor";
import { baselineWindowMs, causeWindowMs, MOST_EXPLAINED_MS } from "../causes/cause";
import type { Stretch } from "../causes/explain-metric";
import type { AlertInstance } from "./instances";

/** While an alert fires, its cause is looked for again when it is that old. */
const CAUSE_AGE_MS = 5 * 60_000;

interface CauseSources {
  explain: (stretch: Stretch) => Cause;
  onError: (error: unknown) => void;
}

export class CauseFinder {
  /** When the cause of an alert was found last, by alert id. */
  private readonly foundAt = new Map<string, number>();
  /** Alerts of one tick with the same stretch, metric and labels share one cause. */
  private readonly ofTick = new Map<string, Cause>();

  constructor(private readonly sources: CauseSources) {}

  /** Call it at each tick before anything else. */
  begin(): void {
    this.ofTick.clear();
  }

  /** Over the rule's window and the time for which its condition has held. */
  find(instance: AlertInstance, alertId: string, at: number): Cause {
    const { windowSeconds, forSeconds } = instance.rule;
    return this.over(instance, alertId, { at, lengthMs: causeWindowMs(windowSeconds, forSeconds) });
  }

  /** What explains an alert that fires now; null while the last answer is young, or when nothing can be said. */
  renew(
    instance: AlertInstance,
    { id, startedAt, cause, refusal }: Pick<Alert, "id" | "startedAt" | "cause" | "refusal">,
    at: number,
  ): Cause | null {
    const { windowSeconds, forSeconds } = instance.rule;
    if (Math.abs(at - (this.foundAt.get(id) ?? startedAt)) < CAUSE_AGE_MS) return null;
    const lengthMs = causeWindowMs(windowSeconds, forSeconds) + Math.max(0, at - startedAt);
    const found = this.over(instance, id, { at, lengthMs: Math.min(MOST_EXPLAINED_MS, lengthMs) });
    // Who was seen at it, such as a file that grew, is not replaced by a guess.
    const isWorse = found.refusal !== null && refusal === null && cause.length > 0;
    return found.contributors.length > 0 && !isWorse ? found : null;
  }

  private over(
    { rule, series: { metric, labels } }: AlertInstance,
    alertId: string,
    { at, lengthMs }: { at: number; lengthMs: number },
  ): Cause {
    this.foundAt.set(alertId, at);
    const key = JSON.stringify([lengthMs, metric, explainedLabels(labels)]);
    let found = this.ofTick.get(key);
    if (found) return found;
    const baselineMs = baselineWindowMs(rule.windowSeconds, rule.forSeconds);
    try {
      found = this.sources.explain({ metric, labels, from: at - lengthMs, to: at, baselineMs });
    } catch (error) {
      // An alert is worth sending even without a cause.
      this.sources.onError(error);
      found = UNKNOWN_CAUSE;
    }
    this.ofTick.set(key, found);
    return found;
  }

  forget(alertId: string): void {
    this.foundAt.delete(alertId);
  }
}

/** What tells the causes of two series of one metric apart: of ten thousand mounts that fill up at once the cause is one. */
const EXPLAINED_LABELS = [
  "process.state",
  "container.id",
  "container.name",
  "container.runtime",
  "systemd.unit",
  "user.id",
  "system.device",
  "disk.io.direction",
  "network.transport",
  "network.protocol",
  "network.connection.state",
  "network.socket.state",
];

const explainedLabels = (labels: AlertInstance["series"]["labels"]) => EXPLAINED_LABELS.map((name) => labels[name] ?? null);
