/** Response schemas of host.ts. The OpenAPI document is generated from them. */
import { z } from "zod";
import { number, numberOrNull, time, timeOrNull } from "../response-fields";

export const host = z
  .object({
    name: z.string(),
    os: z.string(),
    kernel: z.string(),
    architecture: z.string(),
    cpuModel: z.string().nullable(),
    logicalCpus: number,
    physicalCpus: numberOrNull,
    memoryBytes: number,
    bootTime: number.meta({ description: "epoch milliseconds" }),
    addresses: z.array(z.object({ interface: z.string(), address: z.string() })),
    virtualization: z.string().nullable(),
    notMeasured: z
      .array(z.object({ what: z.string(), reason: z.string(), since: time.optional() }))
      .meta({ description: "what is not available on this system, why, and since when it has not responded" }),
    users: z.array(z.object({ name: z.string(), terminal: z.string(), from: z.string(), since: time })),
    fleet: z.boolean().meta({ description: "true when a fleet engine is configured" }),
    machine: z.object({ name: z.string(), url: z.string().nullable() }).nullable().meta({
      description: "another machine that is shown, with the address of its own pages; null on this one",
    }),
    demo: z.boolean().meta({ description: "true when the stored history is demo data" }),
    incident: z.object({ from: time, to: time, redacted: z.boolean() }).nullable().meta({
      description: "time range of the incident file that `hostscope open` shows, and whether it lacks command lines",
    }),
    historySince: timeOrNull,
    timeZone: z.string(),
    links: z.array(z.object({ name: z.string(), url: z.string() })),
  })
  .meta({ id: "Host" });
