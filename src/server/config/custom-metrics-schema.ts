/** `custom_metrics`: an entry for each source. */
import { z } from "zod";
import { thresholdSchema } from "~/domain/alert.schema";
import { duration } from "~/domain/quantity.schema";
import { webAddress } from "./addresses";

/** `get_x` or `lambda: get_x()`. The second form is read as that name and never run. */
const functionName = z.string().transform((text, context) => {
  const name = /^(?:lambda\s*:\s*)?([A-Za-z_][\w.]*)(?:\(\s*\))?$/.exec(text.trim())?.[1];
  if (name !== undefined) return name;
  context.addIssue({ code: "custom", message: "expected the name of a function that a plugin registers" });
  return z.NEVER;
});

const pointer = z
  .string()
  .default("")
  .meta({ description: "JSON Pointer to the number in a JSON response.", examples: ["/queue/length"] });

const command = z.union(
  [
    z.array(z.string()).min(1),
    z.strictObject({
      argv: z
        .array(z.string())
        .min(1)
        .meta({ description: "The program and its arguments.", examples: [["/usr/local/bin/temperature", "--celsius"]] }),
      output: z
        .enum(["number", "json", "prometheus", "nagios"])
        .default("number")
        .describe("What the program prints: a number, JSON, Prometheus text, or the line of a Nagios plugin."),
      pointer,
    }),
  ],
  { error: "expected a list of the program and its arguments; there is no shell" },
);

const http = z.union([
  webAddress,
  z.strictObject({
    url: webAddress.meta({ description: "The URL.", examples: ["http://127.0.0.1:8080/stats"] }),
    pointer,
    metrics: z
      .array(z.string().min(1).max(200))
      .max(100)
      .default([])
      .meta({
        description: "Names of the metrics to take from Prometheus text; * matches anything. If empty: all.",
        examples: [["http_*"]],
      }),
  }),
]);

export const customSchema = z
  .strictObject({
    function: functionName.optional().meta({ description: "Function that a plugin registers.", examples: ["get_queue"] }),
    command: command.optional().meta({
      description:
        "Program that prints the value, and its arguments, run without a shell. A list, or a map with argv, output and pointer.",
      examples: [["/usr/local/bin/temperature", "--celsius"]],
    }),
    http: http.optional().meta({
      description: "URL that returns the value. A URL, or a map with url, pointer and metrics.",
      examples: ["http://127.0.0.1:8080/length"],
    }),
    textfile: z
      .string()
      .min(1)
      .optional()
      .meta({
        description: "A file in the Prometheus text format, or a folder of *.prom files such as node_exporter reads.",
        examples: ["/var/lib/prometheus/node-exporter"],
      }),
    interval: duration
      .refine((seconds) => seconds >= 1, "expected at least 1 s")
      .default(60)
      .describe("Time between two readings."),
    timeout: duration
      .refine((seconds) => seconds > 0 && seconds <= 60, "expected at most 60 s")
      .default(5)
      .describe("How long a reading may take, up to 60 s."),
    unit: z
      .string()
      .max(20)
      .default("")
      .meta({
        description: "Unit of the value in UCUM: By, s, {job}; 1 is a share, shown in percent. Empty: a plain number.",
        examples: ["{job}"],
      }),
    type: z
      .enum(["gauge", "counter"])
      .default("gauge")
      .describe("gauge: the value itself. counter: a total that grows; its rate is shown."),
    tags: z
      .record(z.string(), z.string())
      .default({})
      .meta({ description: "Labels of the series.", examples: [{ env: "live" }] }),
    thresholds: thresholdSchema.optional().meta({
      description: "Thresholds of an alert on this metric, in its unit.",
      examples: [{ warning: 100 }],
    }),
    explain: z
      .string()
      .regex(/^(?:cpu|memory|io|process:.{1,64})$/, "expected cpu, memory, io or process:NAME")
      .optional()
      .meta({
        description:
          "How its alerts choose the processes they name: cpu, memory, io, or one program. If omitted: they name none.",
        examples: ["process:postgres"],
      }),
    notify: z
      .array(z.string().min(1).max(100))
      .optional()
      .meta({ description: "Channels for its alerts. If omitted: all.", examples: [["email"]] }),
  })
  .refine(
    (metric) =>
      [metric.function, metric.command, metric.http, metric.textfile].filter((source) => source !== undefined).length === 1,
    "give one of function, command, http and textfile",
  );

export type CustomMetricConfig = z.output<typeof customSchema>;

export const customMetricsSchema = z
  .record(z.string().regex(/^[a-zA-Z_][\w.:]{0,99}$/, "expected letters, digits and . _ :"), customSchema)
  .default({})
  .meta({
    title: "Custom metrics",
    description: "Your own metrics by name. Each has one source: function, command, http or textfile.",
    examples: [{ queue_length: { http: "http://127.0.0.1:8080/length" } }],
  });
