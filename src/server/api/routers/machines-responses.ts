/** Response schemas of machines.ts. The OpenAPI document is generated from them. */
import { z } from "zod";
import { SEVERITIES } from "~/domain/alert";
import { MACHINE_STATES } from "~/domain/machine";
import { labels, number, numberOrNull, time } from "../response-fields";

const machine = z
  .object({
    name: z.string(),
    state: z.enum(MACHINE_STATES).meta({ description: "late: no sample for 45 s; silent: none for `fleet.silent_after`" }),
    lastSampleAt: time,
    version: z.string().nullable(),
    url: z.string().nullable().meta({ description: "URL of its own pages" }),
    labels,
    cpu: numberOrNull,
    memory: numberOrNull,
    disk: z.object({ mountpoint: z.string(), used: number, fullInSeconds: numberOrNull }).nullable(),
    network: numberOrNull.meta({ description: "bytes per second, both directions" }),
    pressure: z.object({ resource: z.string(), share: number }).nullable(),
    alerts: z.object(
      Object.fromEntries(SEVERITIES.map((severity) => [severity, number])) as Record<(typeof SEVERITIES)[number], typeof number>,
    ),
    contributor: z
      .object({ program: z.string(), user: z.string(), measure: z.enum(["cpu", "memory"]), value: number })
      .nullable()
      .meta({
        description:
          "the program that uses the most CPU, or the most memory where memory usage is higher; the value is in cores or bytes",
      }),
    cpuHistory: z.array(numberOrNull).meta({ description: "the last hour in steps of two minutes, oldest first" }),
  })
  .meta({ id: "Machine" });

export const machines = z.object({
  timestamp: time,
  labels: z.array(z.string()).meta({ description: "labels that machines can be grouped by" }),
  machines: z.array(machine),
});

export const machineAlerts = z.object({
  timestamp: time,
  alerts: z.array(
    z.object({
      machine: z.string(),
      rule: z.string(),
      severity: z.enum(SEVERITIES),
      labels,
      url: z.string().nullable().meta({ description: "URL of the Alerts page of that machine" }),
    }),
  ),
});

export const comparableMetrics = z.object({
  metrics: z.array(z.object({ metric: z.string(), title: z.string(), unit: z.string() })),
});

export const comparison = z.object({
  metric: z.string(),
  title: z.string(),
  unit: z.string(),
  stepSeconds: number,
  timestamps: z.array(number).meta({ description: "epoch milliseconds" }),
  machines: z.array(z.object({ name: z.string(), values: z.array(numberOrNull) })).meta({ description: "highest values first" }),
});
