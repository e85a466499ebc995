/** Derives the utilization of containers and services relative to their limits. */
import { counterIncrease, type DerivationBuilder, type SeriesFormula } from "./derive-step";

/**
 * In a container with a quota, CPU utilization is its own CPU time relative to the quota: the machine's cores say nothing about
 * it. Returns false without a quota.
 */
export function deriveQuota({ add, find }: Pick<DerivationBuilder, "add" | "find">): boolean {
  const limit = find("system.cpu.quota.limit");
  const user = find("system.cpu.quota.time", { "cpu.mode": "user" });
  const system = find("system.cpu.quota.time", { "cpu.mode": "system" });
  if (limit === undefined || user === undefined || system === undefined) return false;
  const share =
    (...parts: number[]): SeriesFormula =>
    (previous, next, seconds) => {
      const used = parts.reduce((sum, slot) => sum + counterIncrease(previous, next, slot), 0);
      return Math.min(1, used / seconds / (next[limit] as number));
    };
  const busy = share(user, system);
  add("system.cpu.utilization", {}, busy);
  add("system.cpu.utilization", { "cpu.mode": "user" }, share(user));
  add("system.cpu.utilization", { "cpu.mode": "system" }, share(system));
  add("system.cpu.utilization", { "cpu.mode": "idle" }, (previous, next, seconds) => 1 - busy(previous, next, seconds));
  return true;
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
