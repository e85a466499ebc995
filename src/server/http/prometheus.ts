/**
 * Writes the newest sample in a Prometheus format. Names and labels are prepared once per layout; a scrape only fills in numbers.
 */
import type { DefinitionOf } from "~/domain/metric";
import type { Labels, Sample, Series } from "~/domain/sample";
import { type FamilyType, prometheusName } from "./prometheus-names";

export type ExpositionFormat = "text" | "openmetrics";

export const CONTENT_TYPES: Record<ExpositionFormat, string> = {
  text: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** OpenMetrics when Accept names it. Prometheus sends a weighted list that prefers it. */
export function expositionFormatFor(accept: string | null): ExpositionFormat {
  return accept?.includes("application/openmetrics-text") ? "openmetrics" : "text";
}

interface Line {
  /** `name{labels} `, with the trailing space. */
  head: string;
  slots: readonly number[];
  scale: number;
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
  private readonly heads = new Set<string>();

  constructor(series: readonly Series[], definitionOf: DefinitionOf) {
    series.forEach((one, slot) => {
      const { name, type, labels, scale } = prometheusName(one, definitionOf);
      this.add({ name, type, help: definitionOf(one.metric)?.help ?? `${one.metric}.` }, { labels, slots: [slot], scale });
    });
    this.addFilesystems(series);
  }

  private add(family: Omit<Family, "lines">, line: { labels: Labels; slots: readonly number[]; scale: number }): void {
    const { labels, slots, scale } = line;
    const head = lineHead(family.name, labels);
    // Two custom metrics can map to the same name and labels. Keep the first.
    if (this.heads.has(head)) return;
    this.heads.add(head);
    let known = this.families.get(family.name);
    if (!known) {
      known = { ...family, lines: [] };
      this.families.set(family.name, known);
    }
    known.lines.push({ head, slots, scale });
  }

  /** node_exporter's size and free are sums of the states that we keep separately. */
  private addFilesystems(series: readonly Series[]): void {
    const mounts = new Map<string, { labels: Labels; slots: Record<string, number> }>();
    series.forEach(({ metric, labels }, slot) => {
      if (metric !== "system.filesystem.usage" && metric !== "system.filesystem.inodes.usage") return;
      const { "system.filesystem.state": state = "", ...rest } = labels;
      const mountpoint = rest["system.filesystem.mountpoint"] ?? "";
      const found = mounts.get(mountpoint) ?? { labels: rest, slots: {} };
      found.slots[metric === "system.filesystem.usage" ? state : `inodes ${state}`] = slot;
      mounts.set(mountpoint, found);
    });
    for (const [mountpoint, { labels, slots }] of mounts) {
      const node = {
        device: labels["system.device"] ?? "",
        fstype: labels["system.filesystem.type"] ?? "",
        mountpoint,
      };
      const gauge = (name: string, help: string, states: readonly string[]) => {
        const wanted = states.flatMap((state) => slots[state] ?? []);
        if (wanted.length < states.length) return;
        this.add({ name: `node_filesystem_${name}`, type: "gauge", help }, { labels: node, slots: wanted, scale: 1 });
      };
      gauge("size_bytes", "Size of the filesystem.", ["used", "free", "reserved"]);
      gauge("free_bytes", "Free space, with what is reserved to root.", ["free", "reserved"]);
      gauge("avail_bytes", "Space that everyone can use.", ["free"]);
      gauge("files", "Inodes of the filesystem.", ["inodes used", "inodes free"]);
      gauge("files_free", "Free inodes of the filesystem.", ["inodes free"]);
      const readOnly = labels["system.filesystem.mode"] === "ro" ? 1 : 0;
      const help = "1 when the filesystem is mounted read-only.";
      const line = { labels: node, slots: [] as number[], scale: readOnly };
      if (slots.used !== undefined) this.add({ name: "node_filesystem_readonly", type: "gauge", help }, line);
    }
  }

  write(values: Float64Array, exposition: ExpositionFormat): string {
    let text = "";
    for (const { name, type, help, lines } of this.families.values()) {
      let body = "";
      for (const { head, slots, scale } of lines) {
        let sum = slots.length === 0 ? 1 : 0;
        for (const slot of slots) sum += values[slot] as number;
        if (!Number.isNaN(sum)) body += `${head}${sum * scale}\n`;
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
