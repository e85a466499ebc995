/**
 * How long machines have written nothing. A machine that writes has no series here; one that has become silent has one until it has written
 * again for a while, so that its alert ends. The clock is an argument.
 */
import type { Labels, Reading } from "~/domain/sample";
import type { PromSeries } from "./promql";

/** An alert ends by a reading of zero. */
const TOLD_FOR_MS = 15 * 60_000;
/** More machines are not told at once: the engine is at fault. */
const MOST = 1000;

interface Seen {
  lastAt: number;
  /** Those of `fleet.labels`, for silences. */
  labels: Labels;
  /** When it was silent last; null if it never was. */
  silentAt: number | null;
}

export class SilenceWatch {
  private readonly machines = new Map<string, Seen>();
  /** When the engine answered last: what is not known since then is not told. */
  private seenAt: number | null = null;

  constructor(private readonly options: { silentAfterSeconds: number; labels: readonly string[] }) {}

  /** The times of the newest samples, as the engine answered at `now`. A machine that it has forgotten is forgotten here. */
  see(series: readonly PromSeries[], now: number): void {
    this.seenAt = now;
    const found = new Map<string, PromSeries>();
    for (const one of series) {
      const name = one.labels.instance ?? "";
      if (lastAtOf(found.get(name)) < lastAtOf(one)) found.set(name, one);
    }
    for (const name of this.machines.keys()) if (!found.has(name)) this.machines.delete(name);
    for (const [name, one] of found) {
      const silentAt = this.machines.get(name)?.silentAt ?? null;
      const lastAt = lastAtOf(one);
      const isSilent = now - lastAt >= this.options.silentAfterSeconds * 1000;
      const labels = Object.fromEntries(
        this.options.labels.flatMap((label) => (one.labels[label] ? [[label, one.labels[label]]] : [])),
      );
      this.machines.set(name, { lastAt, labels, silentAt: isSilent ? now : silentAt });
    }
  }

  readings(now: number): Reading[] {
    const { seenAt } = this;
    if (seenAt === null) return [];
    const told = [...this.machines].filter(([, { silentAt }]) => silentAt !== null && now - silentAt < TOLD_FOR_MS);
    return told.slice(0, MOST).map(([name, { lastAt, labels }]) => {
      const seconds = Math.round((seenAt - lastAt) / 1000);
      const value = seconds >= this.options.silentAfterSeconds ? seconds : 0;
      return { metric: "hostscope.machine.silent.time", labels: { ...labels, "hostscope.machine": name }, value };
    });
  }
}

const lastAtOf = (series: PromSeries | undefined) => (series?.points.at(-1)?.value ?? 0) * 1000;
