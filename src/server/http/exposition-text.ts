/**
 * Writes the newest sample in a Prometheus format. Names and labels are prepared once per layout; a scrape only fills in numbers.
 */
import type { DefinitionOf } from "~/domain/metric";
import type { Labels, Sample, Series } from "~/domain/sample";
import { type ExposedSeries, exposedSeries, exposedValue } from "../prometheus/exposition";
import type { FamilyType } from "../prometheus/family";

export type ExpositionFormat = "text" | "openmetrics";

export const CONTENT_TYPES: Record<ExpositionFormat, string> = {
  text: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** OpenMetrics when Accept names it. Prometheus sends a weighted list that prefers it. */
export function expositionFormatFor(accept: string | null): ExpositionFormat {
  return accept?.includes("application/openmetrics-text") ? "openmetrics" : "text";
}

interface Line extends Pick<ExposedSeries, "slots" | "scale"> {
  /** `name{labels} `, with the trailing space. */
  head: string;
}

interface Family {
  name: string;
  type: FamilyType;
  help: string;
  lines: Line[];
}

/** A metric whose values do not come from a sample. */
export interface LabelledValue {
  name: string;
  type: FamilyType;
  help: string;
  values: readonly { labels?: Labels; value: number }[];
}

function lineHead(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => {
    const escaped = value.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/"/g, '\\"');
    return `${key}="${escaped}"`;
  });
  return pairs.length === 0 ? `${name} ` : `${name}{${pairs.join(",")}} `;
}

class Plan {
  private readonly families = new Map<string, Family>();

  constructor(layout: readonly Series[], definitionOf: DefinitionOf) {
    for (const { name, type, help, labels, slots, scale } of exposedSeries(layout, definitionOf)) {
      const family = this.families.get(name) ?? { name, type, help, lines: [] };
      this.families.set(name, family);
      family.lines.push({ head: lineHead(name, labels), slots, scale });
    }
  }

  write(values: Float64Array, exposition: ExpositionFormat): string {
    let text = "";
    for (const { name, type, help, lines } of this.families.values()) {
      let body = "";
      for (const line of lines) {
        const value = exposedValue(line, values);
        if (!Number.isNaN(value)) body += `${line.head}${value}\n`;
      }
      if (body !== "") text += familyHead({ name, type, help }, exposition) + body;
    }
    return text;
  }
}

function familyHead({ name, type, help }: Pick<Family, "name" | "type" | "help">, exposition: ExpositionFormat): string {
  const isText = exposition === "text";
  const family = isText || type !== "counter" ? name : name.replace(/_total$/, "");
  const word = type === "unknown" && isText ? "untyped" : type;
  return `# HELP ${family} ${help.replace(/\\/g, "\\\\").replace(/\n/g, "\\n")}\n# TYPE ${family} ${word}\n`;
}

/** Only the newest layout is needed: a scrape never reads an older sample. */
let newest: { series: readonly Series[]; plan: Plan } | undefined;

export interface ExpositionInput {
  sample: Sample | undefined;
  facts: readonly LabelledValue[];
  definitionOf: DefinitionOf;
}

/** The whole response to a scrape. Without a sample it has only the facts. */
export function writeExposition({ sample, facts, definitionOf }: ExpositionInput, format: ExpositionFormat): string {
  let text = "";
  for (const fact of facts) {
    text += familyHead(fact, format);
    for (const { labels = {}, value } of fact.values) text += `${lineHead(fact.name, labels)}${value}\n`;
  }
  if (sample) {
    if (newest?.series !== sample.series) newest = { series: sample.series, plan: new Plan(sample.series, definitionOf) };
    text += newest.plan.write(sample.values, format);
  }
  return format === "openmetrics" ? `${text}# EOF\n` : text;
}
