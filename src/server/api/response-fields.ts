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
    name: z.string().meta({ description: "as a person calls it", examples: ["npm test"] }),
    pid: numberOrNull.meta({ description: "of the head of a tree, the process, or the largest of several; null for no process" }),
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
    value: number.meta({ description: "in `unit`; the mean over the time that is explained" }),
    unit: z.string(),
    change: numberOrNull.meta({ description: "against the time before; null when that is unknown" }),
    share: number.meta({ description: "of all that the measure counts, 0 to 1" }),
    evidence: z.array(z.string()),
  })
  .meta({ id: "Contributor" });

export const coverage = numberOrNull.meta({
  description: "what the contributors explain of the whole, 0 to 1; null when unknown",
});

export const refusal = z
  .string()
  .nullable()
  .meta({
    description: "why nobody is named; then the contributors are those that have most",
    examples: ["spread over 212 processes, none above 2 %"],
  });

export const column = z.array(numberOrNull);

export const severity = z.enum(SEVERITIES);

export const counts = z.record(z.string(), number);

export const jsonValue = z.unknown();
