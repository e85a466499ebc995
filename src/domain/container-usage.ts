/** Containers with what they use now, from what the engine says and from the readings of their control groups. Pure. */
import { type ContainerFacts, type ContainerState, shownPodContainer } from "./container";
import type { Labels, Series } from "./sample";

/** Null is "no reading": no limit, no quota, a network that is not its own. */
export interface ContainerUsage {
  /** In cores. */
  cpu: number | null;
  cpuLimit: number | null;
  /** Share of its quota. */
  cpuUtilization: number | null;
  /** Seconds per second in which it was held up because its quota was used up. */
  throttled: number | null;
  memoryBytes: number | null;
  memoryLimit: number | null;
  memoryUtilization: number | null;
  readBytesPerSecond: number | null;
  writeBytesPerSecond: number | null;
  receiveBytesPerSecond: number | null;
  transmitBytesPerSecond: number | null;
  /** How many containers share its network, as those of a pod do. */
  networkSharedBy: number | null;
  tasks: number | null;
}

export interface ContainerRow extends Omit<ContainerFacts, "seenAt"> {
  runtime: string | null;
  /** As in the process table, `docker 3f2a91c07d44`; null for one that does not run. */
  group: string | null;
  /** Null for a container of the past. */
  state: ContainerState["state"] | null;
  exitCode: number | null;
  restarts: number | null;
  usage: ContainerUsage | null;
}

interface Sources {
  /** Names, those of the past as well. */
  facts: readonly ContainerFacts[];
  states: readonly ContainerState[];
  restarts: ReadonlyMap<string, number>;
  /** The newest readings; counters as rates. */
  readings: { series: readonly Series[]; values: ArrayLike<number> } | undefined;
}

interface Running {
  id: string;
  runtime: string;
  usage: ContainerUsage;
}

const NOTHING: ContainerUsage = {
  cpu: null,
  cpuLimit: null,
  cpuUtilization: null,
  throttled: null,
  memoryBytes: null,
  memoryLimit: null,
  memoryUtilization: null,
  readBytesPerSecond: null,
  writeBytesPerSecond: null,
  receiveBytesPerSecond: null,
  transmitBytesPerSecond: null,
  networkSharedBy: null,
  tasks: null,
};

const FIELDS: Readonly<Record<string, keyof ContainerUsage>> = {
  "container.cpu.time": "cpu",
  "container.cpu.limit": "cpuLimit",
  "container.cpu.utilization": "cpuUtilization",
  "container.cpu.throttled.time": "throttled",
  "container.memory.working_set": "memoryBytes",
  "container.memory.limit": "memoryLimit",
  "container.memory.utilization": "memoryUtilization",
  "container.disk.io read": "readBytesPerSecond",
  "container.disk.io write": "writeBytesPerSecond",
  "container.network.io receive": "receiveBytesPerSecond",
  "container.network.io transmit": "transmitBytesPerSecond",
  "container.network.sharing": "networkSharedBy",
  "container.task.count": "tasks",
};

function fieldOf(metric: string, labels: Labels): keyof ContainerUsage | undefined {
  const direction = labels["disk.io.direction"] ?? labels["network.io.direction"];
  const key = direction === undefined ? metric : `${metric} ${direction}`;
  return Object.hasOwn(FIELDS, key) ? FIELDS[key] : undefined;
}

/** Those that have a control group now, by id, or by name where the runtime gives none. */
function runningIn(readings: Sources["readings"]): Map<string, Running> {
  const running = new Map<string, Running>();
  for (const [index, { metric, labels }] of (readings?.series ?? []).entries()) {
    const field = fieldOf(metric, labels);
    const id = labels["container.id"] ?? labels["container.name"];
    if (field === undefined || id === undefined) continue;
    let one = running.get(id);
    if (!one) {
      one = { id, runtime: labels["container.runtime"] ?? "", usage: { ...NOTHING } };
      running.set(id, one);
    }
    const value = readings?.values[index];
    if (value !== undefined && !Number.isNaN(value)) one.usage[field] = value;
  }
  return running;
}

/** Those that run first, by name, then those that do not, then those of the past, the newest first. */
export function containerRows({ facts, states, restarts, readings }: Sources): ContainerRow[] {
  const running = runningIn(readings);
  const known = new Map(facts.map(({ seenAt: _seenAt, ...one }) => [one.id, one]));
  const told = new Map(states.map((one) => [one.id, one]));
  const rowOf = (id: string): ContainerRow => {
    const now = running.get(id);
    const state = told.get(id);
    const fact = known.get(id);
    return {
      id,
      name: state?.name ?? fact?.name ?? id,
      image: state?.image ?? fact?.image ?? null,
      project: state?.project ?? fact?.project ?? null,
      pod: fact?.pod ?? null,
      health: state?.health ?? fact?.health ?? null,
      runtime: now?.runtime ?? null,
      group: now ? `${now.runtime} ${id}` : null,
      state: state?.state ?? (now ? "running" : null),
      exitCode: state?.exitCode ?? null,
      restarts: restarts.get(id) ?? null,
      usage: now?.usage ?? null,
    };
  };
  const present = [...new Set([...running.keys(), ...told.keys()])].map(rowOf);
  const rank = ({ usage }: ContainerRow) => (usage === null ? 1 : 0);
  present.sort((a, b) => rank(a) - rank(b) || shownPodContainer(a).localeCompare(shownPodContainer(b)));
  const past = [...known.keys()].filter((id) => !running.has(id) && !told.has(id)).map(rowOf);
  return [...present, ...past];
}
