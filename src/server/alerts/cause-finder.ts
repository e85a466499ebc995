/** Finds who explains an alert, and looks again while it fires. */
import type { Alert, TopContributor } from "~/domain/alert";
import type { Consumer } from "~/domain/process";
import { baselineWindowMs, causeWindowMs, explain } from "../causes/cause";
import type { AlertInstance } from "./instances";

/** While an alert fires, its cause is looked for again when it is that old. */
const CAUSE_AGE_MS = 5 * 60_000;

interface CauseSources {
  /** What processes used between two times. */
  consumers: (from: number, to: number) => Consumer[];
  onError: (error: unknown) => void;
}

export class CauseFinder {
  /** When the cause of an alert was found last, by alert id. */
  private readonly foundAt = new Map<string, number>();
  /** Alerts of one tick with the same window, metric and process state share one cause. */
  private readonly ofTick = new Map<string, TopContributor[]>();

  constructor(private readonly sources: CauseSources) {}

  /** Call it at each tick before anything else. */
  begin(): void {
    this.ofTick.clear();
  }

  find({ rule, series: { metric, labels } }: AlertInstance, alertId: string, at: number): TopContributor[] {
    this.foundAt.set(alertId, at);
    const key = `${rule.windowSeconds} ${metric} ${labels["process.state"] ?? ""}`;
    let found = this.ofTick.get(key);
    if (found) return found;
    const { consumers, onError } = this.sources;
    const from = at - causeWindowMs(rule.windowSeconds);
    try {
      const before = consumers(from - baselineWindowMs(rule.windowSeconds), from);
      found = explain({ metric, labels, from }, consumers(from, at), before);
    } catch (error) {
      // An alert is worth sending even without a cause.
      onError(error);
      found = [];
    }
    this.ofTick.set(key, found);
    return found;
  }

  /** What explains an alert that fires now; null while the last answer is young, or when nothing can be said. */
  renew(instance: AlertInstance, { id, startedAt }: Pick<Alert, "id" | "startedAt">, at: number): TopContributor[] | null {
    if (Math.abs(at - (this.foundAt.get(id) ?? startedAt)) < CAUSE_AGE_MS) return null;
    const found = this.find(instance, id, at);
    return found.length > 0 ? found : null;
  }

  forget(alertId: string): void {
    this.foundAt.delete(alertId);
  }
}
