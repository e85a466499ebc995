/** Finds the processes that explain a metric, from what they did in the window and in the minutes before it. Pure. */
import type { TopContributor } from "~/domain/alert";
import { personalName, programAndScript } from "~/domain/command-line";
import type { Consumer } from "~/domain/process";
import type { Labels } from "~/domain/sample";
import { partsOf } from "./contributors";

/**
 * How far back the cause looks: the rule's window, from 5 s to 5 min; one minute for a rule without a window. The baseline before
 * that is five times as long, from 1 to 5 min.
 */
export function causeWindowMs(windowSeconds: number): number {
  return 1000 * Math.min(300, Math.max(5, windowSeconds || 60));
}

export function baselineWindowMs(windowSeconds: number): number {
  return Math.max(60_000, Math.min(300_000, 5 * causeWindowMs(windowSeconds)));
}

const SHOWN = 5;
/** Processes below this share of the total are left out. */
const MIN_SHARE = 0.01;

type Measure = { unit: string; of: (consumer: Consumer) => number };

const CPU: Measure = { unit: "{cpu}", of: ({ cpuSeconds, seconds }) => (seconds > 0 ? cpuSeconds / seconds : 0) };
const MEMORY: Measure = { unit: "By", of: ({ memoryBytes }) => memoryBytes };
const WRITES: Measure = { unit: "By/s", of: ({ writtenBytes, seconds }) => (seconds > 0 ? writtenBytes / seconds : 0) };
const IO: Measure = {
  unit: "By/s",
  of: ({ readBytes, writtenBytes, seconds }) => (seconds > 0 ? (readBytes + writtenBytes) / seconds : 0),
};

function measureOf(metric: string): Measure {
  if (metric.startsWith("system.memory") || metric.startsWith("system.paging") || metric.includes("pressure.memory"))
    return MEMORY;
  if (metric.startsWith("system.filesystem")) return WRITES;
  if (metric.startsWith("system.disk") || metric.includes("pressure.io")) return IO;
  return CPU;
}

const keyOf = ({ pid, startedAt }: Pick<Consumer, "pid" | "startedAt">) => `${pid} ${startedAt}`;

function contributor(
  consumer: Consumer,
  rest: Pick<TopContributor, "share" | "value" | "unit" | "change" | "processes">,
): TopContributor {
  const { pid, startedAt, command, user, parentPid } = consumer;
  return { pid, startedAt, name: personalName(consumer), command: programAndScript(command), user, parentPid, ...rest };
}

/** What the same processes used before, and those below them that have ended since. */
function usedBefore(members: readonly Consumer[], before: readonly Consumer[], of: Measure["of"]): number {
  const keys = new Set(members.map(keyOf));
  const pids = new Set(members.map(({ pid }) => pid));
  let sum = 0;
  for (const consumer of [...before].sort((a, b) => a.startedAt - b.startedAt)) {
    if (!keys.has(keyOf(consumer)) && !pids.has(consumer.parentPid)) continue;
    pids.add(consumer.pid);
    sum += of(consumer);
  }
  return sum;
}

/** For new processes, blames the parents: counts children started since `from`, and those that ended before they were seen. */
function parentsOfNew(now: readonly Consumer[], from: number): TopContributor[] {
  const children = new Map<number, number>();
  for (const { parentPid, startedAt } of now) if (startedAt >= from) children.set(parentPid, (children.get(parentPid) ?? 0) + 1);
  for (const { pid, shortLived } of now) if (shortLived > 0) children.set(pid, (children.get(pid) ?? 0) + Math.round(shortLived));
  const all = [...children.values()].reduce((sum, count) => sum + count, 0);
  return now
    .filter(({ pid }) => children.has(pid))
    .map((parent) => {
      const value = children.get(parent.pid) ?? 0;
      return contributor(parent, { share: value / all, value, unit: "{process}", change: null });
    })
    .sort((a, b) => b.value - a.value || a.pid - b.pid)
    .slice(0, SHOWN);
}

/** For zombies, blames the parents, which do not wait for their children. */
function parentsOfZombies(now: readonly Consumer[]): TopContributor[] {
  const zombies = now.filter(({ state }) => state === "defunct");
  const counts = new Map<number, number>();
  for (const { parentPid } of zombies) counts.set(parentPid, (counts.get(parentPid) ?? 0) + 1);
  return now
    .filter(({ pid }) => counts.has(pid))
    .map((parent) => {
      const value = counts.get(parent.pid) ?? 0;
      return contributor(parent, { share: value / zombies.length, value, unit: "{process}", change: null });
    })
    .sort((a, b) => b.value - a.value)
    .slice(0, SHOWN);
}

/**
 * The largest contributors first. `now` is what the processes did since `from`, in epoch milliseconds. For memory, growth weighs
 * more than size: what grew is what filled it.
 */
export function explain(
  { metric, labels, from }: { metric: string; labels: Labels; from: number },
  now: readonly Consumer[],
  before: readonly Consumer[],
): TopContributor[] {
  if (metric === "system.process.count" && labels["process.state"] === "defunct") return parentsOfZombies(now);
  if (metric === "system.process.created") return parentsOfNew(now, from);
  const { unit, of } = measureOf(metric);
  const earlier = new Map(before.map((consumer) => [keyOf(consumer), of(consumer)]));
  const total = now.reduce((sum, consumer) => sum + of(consumer), 0);
  if (total <= 0) return [];
  // What is shared would count for each process of a tree.
  if (unit !== "By") {
    return partsOf(now, of)
      .slice(0, SHOWN)
      .map(({ head, members, value }) => {
        const change = before.length === 0 ? null : value - usedBefore(members, before, of);
        return contributor(head, { share: value / total, value, unit, change, processes: members.length });
      });
  }
  const parts = now.map((consumer) => {
    const value = of(consumer);
    const change = before.length === 0 ? null : value - (earlier.get(keyOf(consumer)) ?? 0);
    return contributor(consumer, { share: value / total, value, unit, change, processes: 1 });
  });
  const weight = ({ value, change }: TopContributor) => value + 2 * Math.max(0, change ?? 0);
  return parts
    .filter(({ share }) => share >= MIN_SHARE)
    .sort((a, b) => weight(b) - weight(a) || a.pid - b.pid)
    .slice(0, SHOWN);
}
