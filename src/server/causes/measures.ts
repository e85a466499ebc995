/** By what of the processes a metric is explained. Pure. */
import { personalName } from "~/domain/command-line";
import type { MeasureName } from "~/domain/contributor";
import type { GroupPressureResource } from "~/domain/group-pressure";
import { builtInDefinition } from "~/domain/metric";
import { isBound, type SocketUse } from "~/domain/network";
import type { Consumer } from "~/domain/process";
import { shownName } from "~/domain/process-group";
import type { Labels } from "~/domain/sample";
import { type Members, membersBy } from "./members";

/** The mean of a series over the time that is explained; null when it has no readings. */
export type Readings = (metric: string, labels?: Labels) => number | null;

export interface Measure {
  name: MeasureName;
  unit: string;
  /** Over the whole time, when it is a rate. */
  of: (consumer: Consumer) => number;
  isRate?: true;
  /** All of it, as the kernel counts it; null when the sum of the processes is all that is known. */
  whole: (readings: Readings, labels: Labels) => number | null;
  /** What of the whole no process did. */
  others: (readings: Readings) => { name: string; value: number; kind: "kernel" | "hypervisor" }[];
}

const unknown = () => null;
const nobody = () => [];

/** In a container with a quota, CPU utilization is relative to that. */
export const coresIn = (readings: Readings) => readings("system.cpu.quota.limit") ?? readings("system.cpu.logical.count");

const coresOf = (readings: Readings, share: number | null) => {
  const cores = coresIn(readings);
  return share === null || cores === null ? null : share * cores;
};
const CPU_MODES = [
  { mode: "softirq", name: "kernel: network and timers (softirq)", kind: "kernel" },
  { mode: "interrupt", name: "kernel: interrupts", kind: "kernel" },
  { mode: "steal", name: "other guests of this host (steal)", kind: "hypervisor" },
] as const;

const cpuWhole = (readings: Readings) => coresOf(readings, readings("system.cpu.utilization"));
const cpuOthers = (readings: Readings) =>
  CPU_MODES.map(({ mode, name, kind }) => {
    const value = coresOf(readings, readings("system.cpu.utilization", { "cpu.mode": mode })) ?? 0;
    return { name, kind, value };
  });

const CPU: Measure = {
  name: "cpu",
  unit: "{cpu}",
  isRate: true,
  of: (one) => one.cpuSeconds,
  whole: cpuWhole,
  others: cpuOthers,
};
/** Runnable and uninterruptible time, as the load average counts it. Who waits for a CPU is not known by process. */
const LOAD: Measure = {
  ...CPU,
  name: "load",
  of: (one) => one.cpuSeconds + one.blockedSeconds,
  whole: unknown,
};
/** What nobody else has resident. */
export const privateBytes = ({ memoryBytes, sharedBytes }: Consumer) => Math.max(0, memoryBytes - (sharedBytes ?? 0));
export const MEMORY: Measure = {
  name: "memory",
  unit: "By",
  of: privateBytes,
  whole: (readings) => readings("system.memory.usage", { "system.memory.state": "used" }),
  others: (readings) => [
    { name: "files in memory (tmpfs, shared memory)", kind: "kernel", value: readings("system.memory.linux.shared") ?? 0 },
    {
      name: "kernel memory (slab)",
      kind: "kernel",
      value: readings("system.memory.linux.slab.usage", { "system.memory.linux.slab.state": "unreclaimable" }) ?? 0,
    },
  ],
};
const SWAP: Measure = {
  name: "swap",
  unit: "By",
  of: ({ swapBytes }) => swapBytes ?? 0,
  whole: (readings) => readings("system.paging.usage", { "system.paging.state": "used" }),
  others: nobody,
};
const IO: Measure = {
  name: "io",
  unit: "By/s",
  isRate: true,
  of: (one) => one.readBytes + one.writtenBytes,
  whole(readings, labels) {
    const device: Labels = labels["system.device"] === undefined ? {} : { "system.device": labels["system.device"] };
    const direction = labels["disk.io.direction"];
    const rates = (direction === undefined ? ["read", "write"] : [direction]).map((one) =>
      readings("system.disk.io", { ...device, "disk.io.direction": one }),
    );
    return rates.every((rate) => rate === null) ? null : rates.reduce<number>((sum, rate) => sum + (rate ?? 0), 0);
  },
  others: nobody,
};
const READS: Measure = { ...IO, of: (one) => one.readBytes };
const WRITES_TO_DISK: Measure = { ...IO, of: (one) => one.writtenBytes };
export const WRITES: Measure = { ...WRITES_TO_DISK, name: "writes", whole: unknown };
const PROCESSES: Measure = { name: "processes", unit: "{process}", of: () => 1, whole: unknown, others: nobody };
const DESCRIPTORS: Measure = {
  name: "descriptors",
  unit: "{fd}",
  of: ({ openFiles }) => openFiles ?? 0,
  whole: (readings) => readings("system.file_descriptor.count"),
  others: nobody,
};

export type Explained =
  | {
      by: "use";
      measure: Measure;
      /** Only those of a container or unit. */
      within?: Members;
      /** What tasks wait for, when the metric is how long they do. */
      pressure?: GroupPressureResource;
      /** Why nobody is named where nobody has any. */
      ifNone?: string;
    }
  | { by: "forks" }
  | { by: "zombies" }
  | { by: "files" }
  | { by: "network" }
  | { by: "connections"; counts: CountedSockets }
  | { by: "nothing"; reason: string };

type CountedSockets = (socket: SocketUse) => boolean;

export const isConnected: CountedSockets = (socket) => !isBound(socket) && socket.state !== "time_wait";
/** As the kernel counts them: one that only the other end has closed is still established. */
const isEstablished: CountedSockets = ({ transport, state }) =>
  transport === "tcp" && (state === "established" || state === "close_wait");

const OWNERLESS: Explained = { by: "nothing", reason: "such sockets no longer belong to a process" };

function connectionsBy(labels: Labels): Explained {
  const [transport, state] = [labels["network.transport"], labels["network.connection.state"]];
  if (state === "time_wait") return OWNERLESS;
  return {
    by: "connections",
    counts: (socket) =>
      (transport === undefined || socket.transport === transport) &&
      (state === undefined ? isConnected(socket) : socket.state === state),
  };
}

/** `tcp` and `udp` are the sockets of IPv4; what is allocated is counted for both families together. */
function socketsBy(labels: Labels): Explained {
  const [protocol, state] = [labels["network.protocol"], labels["network.socket.state"]];
  if (state === "tw" || state === "orphan") return OWNERLESS;
  return {
    by: "connections",
    counts: ({ transport, family, state: one }) =>
      one !== "time_wait" &&
      (protocol === undefined || protocol.startsWith(transport)) &&
      (protocol === undefined || state === "alloc" || protocol.endsWith("6") === (family === "ipv6")),
  };
}

const uses = (measure: Measure): Explained => ({ by: "use", measure });
const waitsFor = (pressure: GroupPressureResource, measure: Measure): Explained => ({ by: "use", measure, pressure });

/** The first pattern that a metric matches says what explains it. */
const BY_METRIC: readonly [RegExp, (labels: Labels) => Explained][] = [
  [/\.pressure\.cpu/, () => waitsFor("cpu", CPU)],
  [/\.pressure\.memory/, () => waitsFor("memory", MEMORY)],
  [/\.pressure\.io/, () => waitsFor("io", IO)],
  [/^system\.cpu\.load_average|^system\.process\.(?:runnable|blocked)$/, () => uses(LOAD)],
  [/^system\.cpu\.|^hw\.(?:temperature|fan)|\.pressure\.irq|^process\.cpu/, () => uses(CPU)],
  [/^system\.paging\.(?:usage|utilization)/, () => uses(SWAP)],
  [/^system\.memory|^system\.paging|^process\.memory/, () => uses(MEMORY)],
  [/^system\.filesystem\.lock/, () => ({ by: "nothing", reason: "Linux does not show which process holds file locks" })],
  [/^system\.filesystem/, () => ({ by: "files" })],
  [
    /^system\.disk/,
    (labels) => {
      const direction = labels["disk.io.direction"];
      return uses(direction === "read" ? READS : direction === "write" ? WRITES_TO_DISK : IO);
    },
  ],
  [/^system\.network\.connection/, connectionsBy],
  [/^system\.network\.socket/, socketsBy],
  [/^system\.network\.tcp\.established/, () => ({ by: "connections", counts: isEstablished })],
  [/^system\.network\.conntrack\.count/, () => ({ by: "connections", counts: (socket) => !isBound(socket) })],
  [/^system\.network/, () => ({ by: "network" })],
  [/^system\.process\.created$/, () => ({ by: "forks" })],
  [/^system\.process\.count$/, (labels) => (labels["process.state"] === "defunct" ? { by: "zombies" } : uses(PROCESSES))],
  [/^system\.thread/, () => uses(PROCESSES)],
  [/^system\.file_descriptor/, () => uses(DESCRIPTORS)],
];

/** Within a container or unit. */
const BY_GROUP_METRIC: readonly [RegExp, Measure][] = [
  [/\.cpu\./, CPU],
  [/\.memory\./, MEMORY],
  [/\.disk\./, IO],
  [/\.task\./, PROCESSES],
];

/** What a custom metric may declare that it is explained by. */
const DECLARABLE: Readonly<Record<"cpu" | "memory" | "io", Measure>> = { cpu: CPU, memory: MEMORY, io: IO };

/** `declared` is what a custom metric says of itself: `cpu`, `memory`, `io` or `process:NAME`. */
export function explainedBy(metric: string, labels: Labels, declared?: string): Explained {
  if (!builtInDefinition(metric)) return declaredBy(metric, declared);
  if (/^(?:container|systemd\.service)\./.test(metric)) {
    const within = membersBy(labels);
    const measure = BY_GROUP_METRIC.find(([pattern]) => pattern.test(metric))?.[1];
    if (within && measure) return { by: "use", measure: { ...measure, whole: unknown, others: nobody }, within };
    if (measure && Object.keys(labels).length === 0) return uses(measure);
    const reason = measure ? "no label says which processes it is of" : "Linux does not count it per process";
    return { by: "nothing", reason };
  }
  const found = BY_METRIC.find(([pattern]) => pattern.test(metric));
  return found ? found[1](labels) : { by: "nothing", reason: "it does not depend on individual processes" };
}

function declaredBy(metric: string, declared: string | undefined): Explained {
  if (declared === undefined) return { by: "nothing", reason: `${metric} has no cause configured; set its \`explain\` setting` };
  if (declared in DECLARABLE) return uses(DECLARABLE[declared as keyof typeof DECLARABLE]);
  const name = declared.replace(/^process:/, "");
  const called = new Map<Consumer, boolean>();
  const isCalled = (one: Consumer) => {
    const known = called.get(one) ?? namesOf(one).includes(name);
    called.set(one, known);
    return known;
  };
  const of = (one: Consumer) => (isCalled(one) ? Math.max(CPU.of(one), 1e-9) : 0);
  return { by: "use", measure: { ...CPU, of, whole: unknown, others: nobody }, ifNone: `no process is called ${name}` };
}

/** What people call a process: the kernel cuts its name after 15 bytes, and that of a Node program says nothing. */
function namesOf(one: Consumer): string[] {
  const [program = ""] = one.command.split(" ", 1);
  return [one.name.trimEnd(), personalName(one), shownName(one), program.replace(/^.*\/(?=.)/, "")];
}
