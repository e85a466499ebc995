import { type Block, type Cell, type Prose, proseText, REPORT_SCHEMA, type Report, textOf } from "~/domain/report";
import type { ReportDocument } from "~/domain/report.schema";

type Written = ReportDocument["sections"][number]["blocks"][number];

/** Renders the report as data: each number as a raw value with its unit, and as the text that the other formats show. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(reportDocument(report))}\n`;
}

export function reportDocument(report: Report): ReportDocument {
  const { timeZone } = report;
  const moment = (time: number) => ({
    time: new Date(time).toISOString(),
    text: textOf({ time, shown: "minute" }, timeZone),
  });
  return {
    $schema: REPORT_SCHEMA,
    title: report.title,
    host: report.host,
    version: report.version,
    timeZone,
    createdAt: moment(report.createdAt.time),
    from: moment(report.from.time),
    to: moment(report.to.time),
    verdict: report.verdict,
    sentence: written(report.sentence, timeZone),
    sections: report.sections.map(({ id, title, blocks }) => ({
      id,
      title,
      blocks: blocks.map((block) => writtenBlock(block, timeZone)),
    })),
  };
}

function writtenCell(cell: Cell, timeZone: string) {
  if (typeof cell === "string") return cell;
  const text = textOf(cell, timeZone);
  return "time" in cell ? { time: new Date(cell.time).toISOString(), text } : { value: cell.value, unit: cell.unit, text };
}

function written(prose: Prose, timeZone: string) {
  const values = prose.flatMap((part) => (typeof part === "string" ? [] : [writtenCell(part, timeZone)]));
  return { text: proseText(prose, timeZone), values: values.filter((value) => typeof value !== "string") };
}

function writtenBlock(block: Block, timeZone: string): Written {
  const cell = (one: Cell) => writtenCell(one, timeZone);
  switch (block.kind) {
    case "facts":
      return {
        kind: "facts",
        items: block.items.map(({ name, value, note }) => ({ name, value: cell(value), note: written(note, timeZone) })),
      };
    case "paragraph":
      return { kind: "paragraph", text: written(block.text, timeZone) };
    case "table":
      return {
        kind: "table",
        title: block.title,
        columns: block.columns.map(({ name }) => name),
        rows: block.rows.map((row) => row.map(cell)),
        total: block.total.value ?? 0,
      };
    case "chart":
      return {
        kind: "chart",
        title: block.title,
        unit: block.unit,
        stacked: block.stacked,
        stepSeconds: block.stepSeconds,
        timestamps: block.timestamps,
        series: block.series.map(({ name, values, min, max }) => ({ name, values, ...(min && { min }), ...(max && { max }) })),
        valueTicks: block.valueTicks.map(cell),
        timeTicks: block.timeTicks.map(cell),
        threshold: block.threshold && cell(block.threshold),
      };
    case "finding":
      return {
        kind: "finding",
        severity: block.severity,
        rule: block.rule,
        title: written(block.title, timeZone),
        evidence: block.evidence.map((one) => written(one, timeZone)),
        advice: proseText(block.advice, timeZone),
      };
  }
}
