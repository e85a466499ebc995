import type { Machine } from "../../src/domain/machine";

/** A machine as the API gives it, that nothing is wrong with. */
export function machineRow(
  name: string,
  change: Partial<Omit<Machine, "lastAt" | "name">> = {},
): Omit<Machine, "lastAt"> & { lastSampleAt: string } {
  return {
    name,
    state: "up",
    lastSampleAt: "2026-11-24T15:29:55.000Z",
    version: "0.2.0",
    url: null,
    labels: {},
    cpu: 0.1,
    memory: 0.2,
    disk: { mountpoint: "/", used: 0.3, fullInSeconds: null },
    network: 1000,
    pressure: { resource: "cpu", share: 0.01 },
    alerts: { info: 0, warning: 0, critical: 0 },
    contributor: null,
    cpuHistory: [0.1, 0.1],
    ...change,
  };
}
