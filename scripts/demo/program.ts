/** What a program of the demo's machine is, and what it wants. */

export type Device = "sda" | "sdb";

/** Rates are per second. */
export interface Demand {
  /** CPUs that it would use with the machine to itself, with its ended children. */
  cores: number;
  /** Share of its CPU time that it spends in the kernel. */
  systemShare: number;
  /** Memory that nobody else has. */
  privateBytes: number;
  readBytes: number;
  writtenBytes: number;
  device: Device;
  /** Mount point on which what it writes stays. */
  fills: string | null;
  /** Children that end before they are seen. */
  forks: number;
  /** On the network. */
  receivedBytes: number;
  sentBytes: number;
  connections: number;
}

const NOTHING: Demand = {
  cores: 0,
  systemShare: 0.25,
  privateBytes: 0,
  readBytes: 0,
  writtenBytes: 0,
  device: "sda",
  fills: null,
  forks: 0,
  receivedBytes: 0,
  sentBytes: 0,
  connections: 0,
};

/** Times are seconds of the story; what began before it is negative. */
export interface Program {
  pid: number;
  parentPid: number;
  /** At most 15 characters, as the kernel keeps it. */
  name: string;
  command: string;
  user: string;
  /** Its unit, or its container as `docker 5c1fe90b7a3d`. */
  group: string | null;
  sessionId: number;
  threads: number;
  openFiles: number;
  /** Resident bytes that others have too. */
  sharedBytes: number;
  startedAt: number;
  endsAt: number;
  wants: (second: number) => Demand;
}

type Given = Pick<Program, "pid" | "name" | "command"> & Partial<Omit<Program, "wants">>;

/** A program that runs from before the story until its end, unless the options say otherwise. */
export function program(given: Given, wants: Partial<Demand> | ((second: number) => Partial<Demand>)): Program {
  const { pid } = given;
  return {
    parentPid: 1,
    user: "root",
    group: null,
    sessionId: pid,
    threads: 1,
    openFiles: 12,
    sharedBytes: 6 * 2 ** 20,
    startedAt: -12 * 86_400 + pid / 100,
    endsAt: Number.POSITIVE_INFINITY,
    ...given,
    wants: (second) => ({ ...NOTHING, ...(typeof wants === "function" ? wants(second) : wants) }),
  };
}
