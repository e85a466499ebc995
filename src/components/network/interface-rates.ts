/** The rates of an interface from the stream, so that its row shows the same second as the chart above it. Pure. */
import type { InterfaceRow } from "~/domain/network";
import type { Labels } from "~/domain/sample";

type Read = (metric: string, labels: Labels) => number | null;

/** What the stream does not have stays as it was read with the row. */
export function withNewestRates(row: InterfaceRow, read: Read): InterfaceRow {
  const newest = (metric: string, direction: "receive" | "transmit") =>
    read(metric, { "network.interface.name": row.name, "network.io.direction": direction });
  return {
    ...row,
    receiveBytesPerSecond: newest("system.network.io", "receive") ?? row.receiveBytesPerSecond,
    transmitBytesPerSecond: newest("system.network.io", "transmit") ?? row.transmitBytesPerSecond,
    receiveUtilization: newest("system.network.utilization", "receive") ?? row.receiveUtilization,
    transmitUtilization: newest("system.network.utilization", "transmit") ?? row.transmitUtilization,
    receivePacketsPerSecond: newest("system.network.packet.count", "receive") ?? row.receivePacketsPerSecond,
    transmitPacketsPerSecond: newest("system.network.packet.count", "transmit") ?? row.transmitPacketsPerSecond,
  };
}
