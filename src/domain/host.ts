import { formatDuration } from "./format-value";

/** Facts that never or rarely change while the kernel runs. Null where the platform does not report them. */
export interface HostFacts {
  name: string;
  os: string;
  kernel: string;
  architecture: string;
  cpuModel: string | null;
  logicalCpus: number;
  physicalCpus: number | null;
  memoryBytes: number;
  /** Epoch milliseconds. */
  bootTime: number;
  addresses: { interface: string; address: string }[];
  virtualization: string | null;
}

/** Something that cannot be measured on this system. */
export interface NotMeasured {
  what: string;
  reason: string;
  /** Epoch milliseconds since when, if that matters. */
  since?: number;
}

/** Such as `/mnt/backup: no answer for 3 min`. */
export function describeAbsence({ what, reason, since }: NotMeasured, now: number): string {
  const age = since === undefined ? "" : ` for ${formatDuration(Math.max(1, Math.round((now - since) / 1000)))}`;
  return `${what}: ${reason}${age}`;
}

export interface LoggedInUser {
  name: string;
  terminal: string;
  /** Host or address; empty for a local login. */
  from: string;
  /** Epoch milliseconds. */
  since: number;
}
