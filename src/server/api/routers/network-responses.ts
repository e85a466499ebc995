/** Response schemas of network.ts. The OpenAPI document is generated from them. */
import { z } from "zod";
import { labels, number, numberOrNull, timeOrNull, unit } from "../response-fields";

export const network = z
  .object({
    timestamp: timeOrNull,
    interfaces: z.array(
      z.object({
        name: z.string(),
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
  })
  .meta({ id: "Network" });
