/** One machine of many, as an engine knows it. */
import type { Severity } from "./alert";
import type { Labels } from "./sample";

/** What explains most of what is worst on a machine. */
export interface MachineContributor {
  program: string;
  user: string;
  measure: "cpu" | "memory";
  /** Cores, or bytes. */
  value: number;
}

export const MACHINE_STATES = ["up", "late", "silent"] as const;
export type MachineState = (typeof MACHINE_STATES)[number];

export interface Machine {
  /** `instance`. */
  name: string;
  state: MachineState;
  /** Time of its newest sample, epoch milliseconds. */
  lastAt: number;
  version: string | null;
  /** Where its own pages are; null when only that machine reaches them. */
  url: string | null;
  /** Those of `fleet.labels`. */
  labels: Labels;
  /** Shares, 0..1. Null where the engine has no reading. */
  cpu: number | null;
  memory: number | null;
  disk: { mountpoint: string; used: number; fullInSeconds: number | null } | null;
  /** Bytes per second, both directions. */
  network: number | null;
  /** The worst of CPU, memory and I/O: share of time that something waited. */
  pressure: { resource: string; share: number } | null;
  alerts: Record<Severity, number>;
  contributor: MachineContributor | null;
  /** CPU of the last hour, oldest first; null where there is no reading. */
  cpuHistory: (number | null)[];
}

/** Missed by that many seconds, a machine is late: engines take samples every ten seconds, and some show them late. */
const LATE_SECONDS = 45;

export function machineState(lastAt: number, now: number, silentAfterSeconds: number): MachineState {
  const age = (now - lastAt) / 1000;
  if (age >= silentAfterSeconds) return "silent";
  return age >= Math.min(LATE_SECONDS, silentAfterSeconds) ? "late" : "up";
}
