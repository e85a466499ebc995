/** Checks that all four formats of a report have the same content. */
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { type ReportDocument, reportDocumentSchema } from "~/domain/report.schema";
import { SCRIPT_TAG, STYLE_TAG, withNonce } from "~/domain/report-page";
import { constructedInputs, consumer, filesystem, wiggle } from "../../../../tests/helpers/report-inputs";
import { buildReport } from "../build";
import { renderCsv } from "./csv";
import { renderHtml } from "./html";
import { reportDocument } from "./json";

const EVIL = `</script><img src=x onerror=alert(1)>`;

const inputs = constructedInputs({
  series: [
    filesystem("/var", (minute) => 0.7 + 0.00002 * minute + 0.001 * wiggle(minute)),
    filesystem(`/mnt/${EVIL}`, () => 0.3),
  ],
  consumers: [consumer({ name: EVIL, user: '"&' }), consumer({ pid: 3, name: "=HYPERLINK(1)", cpuSeconds: 77 })],
});
const report = buildReport(inputs);
const page = { script: "void 0;", style: "p{}" };
let document: ReportDocument;
let html: string;

beforeAll(() => {
  document = reportDocument(report);
  html = renderHtml(report, page);
});

test("the JSON is as its published schema says", () => {
  expect(reportDocumentSchema.safeParse(JSON.parse(JSON.stringify(document))).error).toBeUndefined();
});

test("every cell of the JSON's tables stands in the HTML", () => {
  const plain = html
    .replace(/<\/?bdi>/g, "")
    .replace(/<[^>]+>/g, "\n")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&");
  const lines = new Set(plain.split("\n").map((line) => line.trim()));
  const cells = document.sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === "table" ? block.rows.flat() : [])),
  );
  expect(cells.length).toBeGreaterThan(100);
  for (const cell of cells) expect(lines).toContain(typeof cell === "string" ? cell : cell.text);
});

test("a name that is written from right to left does not turn the numbers beside it", () => {
  const inputs = constructedInputs({ series: [filesystem("/خادم", () => 0.97)] });
  const page = renderHtml(buildReport(inputs), { script: "", style: "" });
  expect(page).toContain("/<bdi>خادم</bdi> is 97% full");
  expect(page).toContain('<td dir="auto">/خادم</td>');
});

test("a name that wants to be markup stays text, in the page and in its data", () => {
  expect(html).not.toContain("<img");
  expect(html.match(/<script/g)).toHaveLength(2);
  expect(html).not.toMatch(/(?:src|href)="(?!#)/);
});

test("the page lets nothing run but its own script, and shown by the server that has the answer's nonce", () => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1];
  expect(policy).toMatch(/default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'/);
  const shown = withNonce(html, "abc");
  expect(shown).toContain('<script data-hostscope nonce="abc">void 0;');
  expect(shown).toContain('<style data-hostscope nonce="abc">p{}');
  expect(html.split(SCRIPT_TAG)).toHaveLength(2);
  expect(html.split(STYLE_TAG)).toHaveLength(2);
});

test("CSV tables hold every figure with its unit, and no cell that a spreadsheet would run", () => {
  const csv = renderCsv(report, "tables");
  expect(csv.split("\r\n")[0]).toBe("section,block,row,column,value,unit,text");
  expect(csv).toContain("'=HYPERLINK(1)");
  expect(csv).not.toMatch(/(^|,)"?[=@+]/m);
  const summary = document.sections[0]?.blocks[0];
  if (summary?.kind !== "facts") throw new Error("the summary begins with facts");
  for (const { name, value } of summary.items) {
    if (typeof value !== "string" && "value" in value) expect(csv).toContain(`${value.value},${value.unit},${value.text}`);
    expect(csv).toContain(name);
  }
});

test("CSV points are those of the charts", () => {
  const rows = renderCsv(report, "points").trim().split("\r\n").slice(1);
  const charts = document.sections.flatMap(({ blocks }) => blocks.filter((block) => block.kind === "chart"));
  const points = charts.flatMap(({ series }) => series.flatMap(({ values }) => values.filter((value) => value !== null)));
  expect(rows).toHaveLength(points.length);
});

test("the script and the style of the real page are there, and small", () => {
  expect(readFileSync("dist/report-page.js", "utf8").length).toBeLessThan(80_000);
  expect(readFileSync("dist/report-page.css", "utf8")).toContain("--blue");
});
