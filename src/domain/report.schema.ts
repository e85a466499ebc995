/** The JSON report, as published in docs/report.schema.json. */
import { z } from "zod";
import { REPORT_SCHEMA } from "./report";

const quantity = z
  .strictObject({ value: z.number().nullable(), unit: z.string(), text: z.string() })
  .describe("A number in a UCUM unit; null is no reading. `text` is what the other formats print.");
const moment = z.strictObject({ time: z.iso.datetime(), text: z.string() }).describe("`text` is in the report's time zone.");
const cell = z.union([z.string(), quantity, moment]);
const prose = z.strictObject({ text: z.string(), values: z.array(z.union([quantity, moment])) });
const values = z.array(z.number().nullable());

const block = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("facts"), items: z.array(z.strictObject({ name: z.string(), value: cell, note: prose })) }),
  z.strictObject({ kind: z.literal("paragraph"), text: prose }),
  z.strictObject({
    kind: z.literal("table"),
    title: z.string(),
    columns: z.array(z.string()),
    rows: z.array(z.array(cell)),
    total: z.int().describe("Rows there are; more than `rows` holds when the table was cut."),
  }),
  z.strictObject({
    kind: z.literal("chart"),
    title: z.string(),
    unit: z.string(),
    stacked: z.boolean(),
    stepSeconds: z.number(),
    timestamps: z.array(z.int()).describe("Epoch milliseconds, one a step."),
    series: z.array(z.strictObject({ name: z.string(), values, min: values.optional(), max: values.optional() })),
    valueTicks: z.array(cell),
    timeTicks: z.array(cell),
    threshold: cell.nullable(),
  }),
  z.strictObject({
    kind: z.literal("finding"),
    severity: z.enum(["info", "warning", "critical"]),
    rule: z.string(),
    title: prose,
    evidence: z.array(prose),
    advice: z.string(),
  }),
]);

export const reportDocumentSchema = z.strictObject({
  $schema: z.literal(REPORT_SCHEMA),
  title: z.string(),
  host: z.string(),
  version: z.string(),
  timeZone: z.string(),
  createdAt: moment,
  from: moment,
  to: moment,
  verdict: z.enum(["ok", "info", "warning", "critical"]),
  sentence: prose,
  sections: z.array(z.strictObject({ id: z.string(), title: z.string(), blocks: z.array(block) })),
});

export type ReportDocument = z.output<typeof reportDocumentSchema>;

export function reportJsonSchema(): object {
  return { $id: REPORT_SCHEMA, title: "Hostscope report", ...z.toJSONSchema(reportDocumentSchema) };
}
