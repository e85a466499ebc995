/** Which processes explain a metric. Pure: what the processes did in the window, and in the minutes before it. */
import type { TopContributor } from "~/domain/alert";
import type { Consumer } from "~/domain/process";
import type { Labels } from "~/domain/sample";

/** The cause looks at the stretch that the rule looks at, and at the minutes before it; a rule without a window at one minute. */
export function causeMs(windowSeconds: number): number {
  return 1000 * Math.min(300, Math.max(5, windowSeconds || 60));
}

export function beforeMs(windowSeconds: number): number {
  return Math.max(60_000, Math.min(300_000, 5 * causeMs(windowSeconds)));
}

const SHOWN = 5;
/** Less than this of the whole explains nothing. */
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

function contributor(consumer: Consumer, rest: Pick<TopContributor, "share" | "value" | "unit" | "change">): TopContributor {
  const { pid, startedAt, name, command, user, parentPid } = consumer;
  return { pid, startedAt, name, command: command.slice(0, 200), user, parentPid, ...rest };
}

/** For new processes the parents are at fault, by the children that began since `from` and those that ended before anyone saw them. */
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

/** For zombies the parents are at fault: they do not wait for their children. */
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

/** The processes with the largest part first; `now` is what they did since `from`, epoch milliseconds. For memory, growth counts before size: what grew is what filled it. */
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
  const parts = now.map((consumer) => {
    const value = of(consumer);
    const change = before.length === 0 ? null : value - (earlier.get(keyOf(consumer)) ?? 0);
    return contributor(consumer, { share: value / total, value, unit, change });
  });
  const weight =
    unit === "By"
      ? ({ value, change }: TopContributor) => value + 2 * Math.max(0, change ?? 0)
      : ({ value }: TopContributor) => value;
  return parts
    .filter(({ share }) => share >= MIN_SHARE)
    .sort((a, b) => weight(b) - weight(a) || a.pid - b.pid)
    .slice(0, SHOWN);
}
