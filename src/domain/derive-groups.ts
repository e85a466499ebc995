/** Derives the utilization of containers and services relative to their limits. */
import { counterIncrease, type DerivationBuilder, type SeriesFormula } from "./derive-step";
import { type Labels, sameLabels } from "./sample";

/** A series of system.cpu.utilization. */
export interface CpuShare {
  labels: Labels;
  share: SeriesFormula;
}

/**
 * In a container with a quota, CPU utilization is its own CPU time relative to the quota: the machine's cores say nothing about
 * it. A sample without the limit, which was taken away, has the shares of the machine. Null without a quota.
 */
export function withinQuota(find: DerivationBuilder["find"], machine: readonly CpuShare[]): CpuShare[] | null {
  const limit = find("system.cpu.quota.limit");
  const user = find("system.cpu.quota.time", { "cpu.mode": "user" });
  const system = find("system.cpu.quota.time", { "cpu.mode": "system" });
  if (limit === undefined || user === undefined || system === undefined) return null;
  const used =
    (...parts: number[]): SeriesFormula =>
    (previous, next, seconds) => {
      const sum = parts.reduce((total, slot) => total + counterIncrease(previous, next, slot), 0);
      return Math.min(1, sum / seconds / (next[limit] as number));
    };
  const busy = used(user, system);
  const orMachine = (labels: Labels, share: SeriesFormula): CpuShare => {
    const other = machine.find((one) => sameLabels(one.labels, labels))?.share;
    if (other === undefined) return { labels, share };
    return {
      labels,
      share: (previous, next, seconds) => (Number.isNaN(next[limit]) ? other : share)(previous, next, seconds),
    };
  };
  return [
    orMachine({}, busy),
    orMachine({ "cpu.mode": "user" }, used(user)),
    orMachine({ "cpu.mode": "system" }, used(system)),
    orMachine({ "cpu.mode": "idle" }, (...inputs) => 1 - busy(...inputs)),
  ];
}

export function deriveGroups(
  prefix: string,
  { add, layout, slots, find }: Pick<DerivationBuilder, "add" | "layout" | "slots" | "find">,
): void {
  for (const limit of slots(`${prefix}.memory.limit`)) {
    const labels = layout[limit]?.labels ?? {};
    const used = find(`${prefix}.memory.working_set`, labels);
    if (used === undefined) continue;
    const share: SeriesFormula = (_previous, next) => (next[used] as number) / (next[limit] as number);
    const rest: SeriesFormula = (_previous, next) => Math.max(0, (next[limit] as number) - (next[used] as number));
    add(`${prefix}.memory.utilization`, labels, share);
    add(`${prefix}.memory.available`, labels, rest);
  }
  for (const limit of slots(`${prefix}.cpu.limit`)) {
    const labels = layout[limit]?.labels ?? {};
    const time = find(`${prefix}.cpu.time`, labels);
    if (time === undefined) continue;
    // Capped at 1: a quota period that began before the interval can be used up within it.
    const share: SeriesFormula = (previous, next, seconds) =>
      Math.min(1, counterIncrease(previous, next, time) / seconds / (next[limit] as number));
    add(`${prefix}.cpu.utilization`, labels, share);
  }
}
