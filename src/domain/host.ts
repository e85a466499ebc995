/** What does not change while the kernel runs, or hardly ever. Everything that a platform cannot tell is null. */
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

/** Something that this system does not let us measure. */
export interface NotMeasured {
  what: string;
  reason: string;
}

export interface LoggedInUser {
  name: string;
  terminal: string;
  /** Host or address, empty for a login on the machine itself. */
  from: string;
  /** Epoch milliseconds. */
  since: number;
}
