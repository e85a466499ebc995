/** A strict parser of the exposition formats: throws at the first line that a scraper could not parse. */

export interface ParsedSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (-?[0-9][0-9.e+-]*|[+-]Inf|NaN)$/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,|$)/;

function parseLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let rest = text; rest !== ""; ) {
    const [whole, name, value] = LABEL.exec(rest) ?? [];
    if (whole === undefined || name === undefined || value === undefined) throw new Error(`broken labels: ${line}`);
    if (name in labels) throw new Error(`a label twice: ${line}`);
    labels[name] = value;
    rest = rest.slice(whole.length);
  }
  return labels;
}

export function parseExposition(text: string, format: "text" | "openmetrics"): ParsedSample[] {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const lines = text.slice(0, -1).split("\n");
  if (format === "openmetrics" && lines.pop() !== "# EOF") throw new Error("no # EOF at the end");
  const samples: ParsedSample[] = [];
  const seen = new Set<string>();
  const families = new Set<string>();
  let family = "";
  let helped = "";
  let type = "";
  for (const line of lines) {
    const [, kind, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === "HELP") {
      helped = name;
      continue;
    }
    if (kind === "TYPE") {
      if (families.has(name)) throw new Error(`a family twice: ${name}`);
      if (helped !== name) throw new Error(`no help: ${name}`);
      if (!["counter", "gauge", format === "text" ? "untyped" : "unknown"].includes(rest)) throw new Error(`type: ${line}`);
      families.add(name);
      family = name;
      type = rest;
      continue;
    }
    const [, sampleName = "", labels, value = ""] = SAMPLE.exec(line) ?? [];
    const wanted = format === "openmetrics" && type === "counter" ? `${family}_total` : family;
    if (sampleName !== wanted) throw new Error(`not of ${family}: ${line}`);
    if (type === "counter" && !(sampleName.endsWith("_total") && Number(value) >= 0)) throw new Error(`no counter: ${line}`);
    const key = `${sampleName}{${labels ?? ""}}`;
    if (seen.has(key)) throw new Error(`twice: ${line}`);
    seen.add(key);
    samples.push({ name: sampleName, labels: parseLabels(labels ?? "", line), value: Number(value) });
  }
  return samples;
}
