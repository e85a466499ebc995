/**
 * CSV (RFC 4180) with one row per value, or one row per point of a chart. Formulas are escaped, so that spreadsheets do not run
 * them.
 */
import { stringify } from "csv-stringify/sync";
import { type Cell, proseText, type Report, textOf } from "~/domain/report";

export const CSV_ROWS = ["tables", "points"] as const;
export type CsvRows = (typeof CSV_ROWS)[number];

const OPTIONS = { record_delimiter: "\r\n", escape_formulas: true } as const;

export function renderCsv(report: Report, rows: CsvRows): string {
  return rows === "points" ? points(report) : tables(report);
}

type Fields = [section: string, block: string, row: string, column: string, value: string | number, unit: string, text: string];

function tables(report: Report): string {
  const { timeZone } = report;
  const fieldsOf = (cell: Cell): [string | number, string, string] => {
    const text = textOf(cell, timeZone);
    if (typeof cell === "string") return [cell, "", text];
    if ("time" in cell) return [new Date(cell.time).toISOString(), "", text];
    return [cell.value ?? "", cell.unit, text];
  };
  const lines: Fields[] = [
    ["report", "report", "", "host", ...fieldsOf(report.host)],
    ["report", "report", "", "from", ...fieldsOf(report.from)],
    ["report", "report", "", "to", ...fieldsOf(report.to)],
    ["report", "report", "", "verdict", ...fieldsOf(report.verdict)],
    ["report", "report", "", "sentence", ...fieldsOf(proseText(report.sentence, timeZone))],
  ];
  for (const { id, blocks } of report.sections) {
    for (const block of blocks) {
      switch (block.kind) {
        case "facts":
          for (const { name, value, note } of block.items) {
            lines.push([id, "facts", name, "value", ...fieldsOf(value)]);
            if (note.length > 0) lines.push([id, "facts", name, "note", ...fieldsOf(proseText(note, timeZone))]);
          }
          break;
        case "paragraph":
          lines.push([id, "paragraph", "", "text", ...fieldsOf(proseText(block.text, timeZone))]);
          break;
        case "finding":
          lines.push([id, "finding", block.rule, "severity", ...fieldsOf(block.severity)]);
          lines.push([id, "finding", block.rule, "title", ...fieldsOf(proseText(block.title, timeZone))]);
          for (const one of block.evidence)
            lines.push([id, "finding", block.rule, "evidence", ...fieldsOf(proseText(one, timeZone))]);
          lines.push([id, "finding", block.rule, "advice", ...fieldsOf(proseText(block.advice, timeZone))]);
          break;
        case "table":
          for (const row of block.rows) {
            const [first, ...rest] = row;
            const name = first === undefined ? "" : textOf(first, timeZone);
            rest.forEach((cell, index) => {
              lines.push([id, block.title, name, block.columns[index + 1]?.name ?? "", ...fieldsOf(cell)]);
            });
          }
          break;
        case "chart":
          break;
      }
    }
  }
  return stringify([["section", "block", "row", "column", "value", "unit", "text"], ...lines], OPTIONS);
}

function points(report: Report): string {
  const lines: (string | number)[][] = [["timestamp", "section", "chart", "series", "unit", "value", "min", "max"]];
  for (const { id, blocks } of report.sections) {
    for (const block of blocks) {
      if (block.kind !== "chart") continue;
      for (const { name, values, min, max } of block.series) {
        values.forEach((value, index) => {
          if (value === null) return;
          const time = new Date(block.timestamps[index] as number).toISOString();
          lines.push([time, id, block.title, name, block.unit, value, min?.[index] ?? "", max?.[index] ?? ""]);
        });
      }
    }
  }
  return stringify(lines, OPTIONS);
}
