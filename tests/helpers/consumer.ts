import type { Consumer } from "~/domain/process";

/** A process that used nothing in a minute. */
export function consumerOf(pid: number, change: Partial<Consumer> = {}): Consumer {
  return {
    pid,
    startedAt: 0,
    parentPid: 0,
    name: `p${pid}`,
    command: "",
    user: "root",
    state: "sleeping",
    seconds: 60,
    cpuSeconds: 0,
    memoryBytes: 0,
    peakMemoryBytes: 0,
    readBytes: 0,
    writtenBytes: 0,
    shortLived: 0,
    blockedSeconds: 0,
    group: null,
    sessionId: null,
    sharedBytes: null,
    swapBytes: null,
    openFiles: null,
    ...change,
  };
}
