/** macOS and Windows through systeminformation. Each subsystem is polled separately, as every call starts other programs. */
import { cpus, loadavg, uptime } from "node:os";
import si from "systeminformation";
import type { NotMeasured } from "~/domain/host";
import { Redactor } from "~/domain/redact";
import type { Reading } from "~/domain/sample";
import type { Collector, OpenCollector } from "../collector";
import type { Platform } from "../platform";
import { openSelf } from "../self";
import { Poll } from "./poll";
import { PortableProcesses } from "./processes";
import {
  connectionReadings,
  cpuReadings,
  diskReadings,
  filesystemReadings,
  interpolate,
  loadReadings,
  memoryReadings,
  networkReadings,
  sensorReadings,
} from "./readings";

/** The library calls in use; tests replace them with recorded answers. */
export type SystemInformation = Pick<
  typeof si,
  "mem" | "fsSize" | "fsStats" | "disksIO" | "networkStats" | "networkConnections" | "cpuTemperature" | "battery" | "processes"
>;

const NO_PROC = "the system has no interface for it that can be read without a driver";

const MISSING: readonly NotMeasured[] = [
  { what: "pressure, softirqs, interrupts per line, run-queue wait, protocol counters", reason: NO_PROC },
  { what: "CPU time waiting for I/O", reason: "counted as idle on this system" },
  { what: "I/O, open files, faults, switches and threads of a process", reason: "not reported by systeminformation" },
  { what: "individual disks", reason: "systeminformation reports only their sum" },
  { what: "containers and services", reason: "control groups exist only on Linux" },
];

const MISSING_ON: Readonly<Record<string, readonly NotMeasured[]>> = {
  darwin: MISSING,
  win32: [
    ...MISSING,
    { what: "load average", reason: "Windows has no load average" },
    { what: "disk bytes and operations", reason: "not reported by systeminformation on Windows" },
  ],
};

function polled<T>(
  name: string,
  everyMs: number,
  source: { ask: () => Promise<T>; readings: (answer: T) => Reading[] },
): OpenCollector {
  return (): Collector => {
    const poll = new Poll(
      () => everyMs,
      async () => source.readings(await source.ask()),
    );
    return {
      name,
      collect: () => {
        const now = performance.now();
        poll.tick(now);
        return poll.newest ? interpolate(poll.previous, poll.newest, now) : [];
      },
    };
  };
}

/** If its programs are missing, the library returns an empty list. That is an error, not an empty machine. */
async function some<T>(what: string, ask: () => Promise<T[]>): Promise<T[]> {
  const answer = await ask();
  if (!Array.isArray(answer) || answer.length === 0) throw new Error(`the system's tools reported no ${what}`);
  return answer;
}

export function portablePlatform(name: "darwin" | "win32", library: SystemInformation = si): Platform {
  const collectors: OpenCollector[] = [
    () => ({ name: "cpu", collect: () => cpuReadings(cpus()) }),
    () => ({ name: "load", collect: () => loadReadings(loadavg(), uptime()) }),
    polled("memory", 2_000, { ask: () => library.mem(), readings: memoryReadings }),
    polled("filesystem", 15_000, { ask: () => some("filesystems", () => library.fsSize()), readings: filesystemReadings }),
    polled("network", 3_000, { ask: () => some("interfaces", () => library.networkStats("*")), readings: networkReadings }),
    polled("connections", 30_000, { ask: () => library.networkConnections(), readings: connectionReadings }),
    polled("sensors", 60_000, {
      ask: async () => ({ celsius: (await library.cpuTemperature()).main, battery: await library.battery() }),
      readings: sensorReadings,
    }),
    ...(name === "darwin"
      ? [
          polled("disk", 3_000, {
            ask: async () => ({ bytes: await library.fsStats(), operations: await library.disksIO() }),
            readings: diskReadings,
          }),
        ]
      : []),
    openSelf,
  ];
  return {
    collectors,
    openProcesses: (_roots, cores, redactor = new Redactor()) =>
      new PortableProcesses({ cores, cpuOf: name === "darwin" ? "core" : "machine", redactor }, () => library.processes()),
    notMeasured: MISSING_ON[name] ?? [],
    hasProc: false,
    settleMs: 8_000,
  };
}
