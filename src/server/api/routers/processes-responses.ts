/** Response schemas of processes.ts. The OpenAPI document is generated from them. */
import { z } from "zod";
import { PROCESS_STATES } from "~/domain/process";
import { number, numberOrNull, time, timeOrNull } from "../response-fields";
import { series } from "./metrics-responses";

const processState = z.enum([...new Set(Object.values(PROCESS_STATES))]);

const identity = {
  pid: number,
  startedAt: time,
  parentPid: number,
  name: z.string(),
  command: z.string(),
  user: z.string(),
};

const processRow = z
  .object({
    ...identity,
    state: processState,
    cpu: numberOrNull.meta({ description: "cores in use; 1 is one core" }),
    memoryBytes: number,
    virtualBytes: number,
    threads: numberOrNull,
    readBytesPerSecond: numberOrNull,
    writeBytesPerSecond: numberOrNull,
    minorFaultsPerSecond: numberOrNull,
    majorFaultsPerSecond: numberOrNull,
    openFiles: numberOrNull,
    voluntarySwitchesPerSecond: numberOrNull,
    involuntarySwitchesPerSecond: numberOrNull,
    shortLivedPerSecond: numberOrNull,
    group: z.string().nullable(),
    sessionId: numberOrNull.meta({ description: "PID of the session leader" }),
    sharedBytes: numberOrNull.meta({ description: "resident bytes of files and shared memory" }),
    swapBytes: numberOrNull,
    container: z.string().nullable().meta({ description: "container name" }),
    ended: z
      .boolean()
      .optional()
      .meta({ description: "with present=true, in the table of a past time: the process is no longer running" }),
    depth: number.optional(),
    descendants: number.optional(),
    totalCpu: number.optional(),
    totalMemoryBytes: number
      .optional()
      .meta({ description: "of the process and its descendants; memory that they share counts once" }),
  })
  .meta({ id: "Process" });

export const processes = z
  .object({
    timestamp: timeOrNull,
    staleSeconds: number,
    since: timeOrNull.optional().meta({ description: "with present=true: the oldest time whose table is stored" }),
    total: number,
    processes: z.array(processRow),
  })
  .meta({ id: "Processes" });

export const processDetails = z
  .object({
    pid: number,
    startedAt: time,
    ageSeconds: number,
    name: z.string(),
    arguments: z.array(z.string()),
    user: z.string(),
    state: processState,
    group: z.string().nullable(),
    container: z.string().nullable(),
    executable: z.string().nullable(),
    workingDirectory: z.string().nullable(),
    parents: z.array(z.object({ pid: number, name: z.string() })),
    cpuSeconds: number,
    residentBytes: number,
    memoryUtilization: numberOrNull,
    virtualBytes: number,
    pssBytes: numberOrNull,
    swapBytes: numberOrNull,
    openFiles: numberOrNull,
    openFilesLimit: numberOrNull,
    readBytes: numberOrNull,
    writtenBytes: numberOrNull,
    readCalls: numberOrNull,
    writeCalls: numberOrNull,
    minorFaults: number,
    majorFaults: number,
    voluntarySwitches: numberOrNull,
    involuntarySwitches: numberOrNull,
    threadCount: number,
    threads: z.array(z.object({ id: number, name: z.string(), state: processState, cpuSeconds: number })),
    unread: z.record(z.string(), z.string()),
  })
  .meta({ id: "ProcessDetails" });

export const consumers = z
  .object({
    from: time,
    to: time,
    total: number,
    processes: z.array(
      z.object({
        ...identity,
        state: processState,
        seconds: number,
        cpuSeconds: number,
        memoryBytes: number,
        peakMemoryBytes: number,
        readBytes: numberOrNull,
        writtenBytes: numberOrNull,
        shortLived: number,
        blockedSeconds: number,
        group: z.string().nullable(),
        sessionId: numberOrNull,
        sharedBytes: numberOrNull,
        swapBytes: numberOrNull,
        openFiles: numberOrNull,
      }),
    ),
  })
  .meta({ id: "Consumers" });

export const life = z
  .object({
    ...identity,
    from: time,
    to: time,
    stepSeconds: number,
    resolutionSeconds: number,
    timestamps: z.array(number),
    series,
  })
  .meta({ id: "ProcessLife" });
