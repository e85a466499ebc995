/** Fields that the response schemas of several routers share. */
import { z } from "zod";
import { SEVERITIES } from "~/domain/alert";

export const time = z.string().meta({ format: "date-time", examples: ["2026-11-22T03:12:00.000Z"] });

export const timeOrNull = time.nullable();

export const number = z.number();

export const numberOrNull = z.number().nullable();

export const labels = z.record(z.string(), z.string()).meta({ examples: [{ "cpu.mode": "user" }] });

export const unit = z.string().meta({ description: "UCUM; a counter's rate is per second", examples: ["By/s"] });

export const contributor = z
  .object({
    pid: number,
    startedAt: time,
    name: z.string(),
    command: z.string(),
    user: z.string(),
    parentPid: number,
    share: number,
    value: number,
    unit: z.string(),
    change: numberOrNull,
    processes: number.optional().meta({ description: "one, a tree with everything below `pid`, or those of a program" }),
  })
  .meta({ id: "TopContributor" });

export const column = z.array(numberOrNull);

export const severity = z.enum(SEVERITIES);

export const counts = z.record(z.string(), number);

export const jsonValue = z.unknown();
