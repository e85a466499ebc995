/** An interface as it is now; null is "no reading". */
export interface InterfaceRow {
  name: string;
  up: boolean | null;
  /** Bits per second, null where the link has no speed. */
  speed: number | null;
  receiveBytesPerSecond: number | null;
  transmitBytesPerSecond: number | null;
  receiveUtilization: number | null;
  transmitUtilization: number | null;
  receivePacketsPerSecond: number | null;
  transmitPacketsPerSecond: number | null;
  errorsPerSecond: number | null;
  dropsPerSecond: number | null;
}

export interface ListeningPort {
  transport: "tcp" | "udp";
  family: "ipv4" | "ipv6";
  address: string;
  port: number;
  /** Null when the process belongs to another user whose descriptors we may not see. */
  pid: number | null;
  process: string | null;
}

/** The open connections of a process. */
export interface SocketUse {
  pid: number;
  connections: number;
  /** Bytes that wait in their queues to be sent, or to be read by it. */
  queuedBytes: number;
}
