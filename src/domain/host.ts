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

export interface LoggedInUser {
  name: string;
  terminal: string;
  /** Host or address; empty for a local login. */
  from: string;
  /** Epoch milliseconds. */
  since: number;
}
