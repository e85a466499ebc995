export interface ListeningPort {
  transport: "tcp" | "udp";
  family: "ipv4" | "ipv6";
  address: string;
  port: number;
  /** Null when the process belongs to someone whose descriptors we may not see. */
  pid: number | null;
  process: string | null;
}
