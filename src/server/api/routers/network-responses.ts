/** Response schemas of network.ts. The OpenAPI document is generated from them. */
import { z } from "zod";
import { labels, number, numberOrNull, timeOrNull, unit } from "../response-fields";

export const network = z
  .object({
    timestamp: timeOrNull,
    interfaces: z.array(
      z.object({
        name: z.string(),
        isDefault: z.boolean().meta({ description: "a default route uses it" }),
        up: z.boolean().nullable(),
        speed: numberOrNull,
        receiveBytesPerSecond: numberOrNull,
        transmitBytesPerSecond: numberOrNull,
        receiveUtilization: numberOrNull,
        transmitUtilization: numberOrNull,
        receivePacketsPerSecond: numberOrNull,
        transmitPacketsPerSecond: numberOrNull,
        errorsPerSecond: numberOrNull,
        dropsPerSecond: numberOrNull,
      }),
    ),
    connections: z.array(z.object({ transport: z.string(), state: z.string(), count: number })),
    protocols: z.array(z.object({ metric: z.string(), labels, unit, value: number })),
    listening: z.array(
      z.object({
        transport: z.enum(["tcp", "udp"]),
        family: z.enum(["ipv4", "ipv6"]),
        address: z.string(),
        port: number,
        pid: numberOrNull,
        process: z.string().nullable(),
      }),
    ),
    conversations: z
      .array(
        z.object({
          pid: numberOrNull,
          process: z.string().nullable(),
          transport: z.enum(["tcp", "udp"]),
          direction: z.enum(["incoming", "outgoing", "local"]).meta({
            description:
              "incoming: to a port on which something listens here; local: within this machine, listed once, with the process that connected",
          }),
          remoteAddress: z.string(),
          port: number.meta({ description: "the service's: local for incoming connections, otherwise remote" }),
          connections: number,
          queuedBytes: number,
        }),
      )
      .meta({ description: "connections by process and remote address, most first; at most 500" }),
    conversationCount: number,
  })
  .meta({ id: "Network" });
