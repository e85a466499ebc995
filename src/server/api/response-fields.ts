/** Fields that the response schemas of several routers share. */
import { z } from "zod";
import { SEVERITIES } from "~/domain/alert";
import { CONTRIBUTOR_KINDS, MEASURES, type MeasureName } from "~/domain/contributor";

export const time = z.string().meta({ format: "date-time", examples: ["2026-11-22T03:12:00.000Z"] });

export const timeOrNull = time.nullable();

export const number = z.number();

export const numberOrNull = z.number().nullable();

export const labels = z.record(z.string(), z.string()).meta({ examples: [{ "cpu.mode": "user" }] });

export const unit = z.string().meta({ description: "UCUM; a counter's rate is per second", examples: ["By/s"] });

export const contributor = z
  .object({
    kind: z.enum(CONTRIBUTOR_KINDS),
    name: z.string().meta({ description: "human-readable name", examples: ["npm test"] }),
    pid: numberOrNull.meta({
      description: "of the process, the root of a tree, or the largest of several; null if it is not a process",
    }),
    startedAt: timeOrNull,
    command: z.string(),
    user: z.string(),
    parentPid: numberOrNull,
    startedBy: z
      .string()
      .nullable()
      .meta({ examples: ["ann in tmux"] }),
    processes: number,
    measure: z.enum(Object.keys(MEASURES) as [MeasureName, ...MeasureName[]]),
    value: number.meta({ description: "in `unit`; the mean over the explained window" }),
    unit: z.string(),
    change: numberOrNull.meta({ description: "compared with the period before; null when unknown" }),
    share: number.meta({ description: "share of the total, 0 to 1" }),
    evidence: z.array(z.string()),
  })
  .meta({ id: "Contributor" });

export const coverage = numberOrNull.meta({
  description: "share that the contributors explain together, 0 to 1; null when unknown",
});

export const refusal = z
  .string()
  .nullable()
  .meta({
    description: "why no cause is named; the contributors are then the largest users",
    examples: ["spread over 212 processes, none above 2%"],
  });

export const column = z.array(numberOrNull);

export const severity = z.enum(SEVERITIES);

export const counts = z.record(z.string(), number);

export const jsonValue = z.unknown();
