import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { buildReport } from "../../src/server/reports/build";
import { reportDocument } from "../../src/server/reports/render/json";
import { renderPdf } from "../../src/server/reports/render/pdf";
import { ensurePrograms } from "../helpers/debian";
import { PDF_OPTIONS } from "../helpers/pdf";
import { constructedInputs, consumer, END, filesystem, wiggle } from "../helpers/report-inputs";

/** Every text in the JSON, as the other formats print it. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (value === null || typeof value !== "object") return [];
  return Object.values(value).flatMap(textsOf);
}

/** The text of each page, and how far down it reaches: 0 to 1. */
function pagesOf(pdf: Buffer): { text: string; reach: number }[] {
  const html = execFileSync("pdftotext", ["-bbox", "-", "-"], { input: pdf, encoding: "utf8" });
  return html
    .split("<page ")
    .slice(1)
    .map((page) => {
      const height = Number(/height="([\d.]+)"/.exec(page)?.[1]);
      const words = [...page.matchAll(/yMax="([\d.]+)">([^<]*)</g)].map(([, bottom, word]) => ({ bottom: Number(bottom), word }));
      // Not the footer.
      const body = words.filter(({ bottom }) => bottom < height - 40);
      return {
        text: body.map(({ word }) => word).join(" "),
        reach: Math.max(...body.map(({ bottom }) => bottom)) / height,
      };
    });
}

const numbersIn = (text: string): string[] => text.match(/\d+(?:\.\d+)?/g) ?? [];
const squeezed = (text: string) => text.replace(/\s+/g, "");

test("every number in the PDF's text is one of the JSON's, and every figure of its summary is in the PDF", async () => {
  ensurePrograms("pdftotext");
  const report = buildReport(
    constructedInputs({
      series: [filesystem("/var", (minute) => 0.7 + 0.00002 * minute + 0.001 * wiggle(minute)), filesystem("/mnt", () => 0.3)],
      consumers: [consumer({ name: "database" }), consumer({ pid: 3, name: "worker", cpuSeconds: 77 })],
    }),
  );
  const document = reportDocument(report);
  const pdf = await renderPdf(report, PDF_OPTIONS);
  expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  const text = execFileSync("pdftotext", ["-layout", "-", "-"], { input: pdf, encoding: "utf8" });
  const contents = document.sections.map(({ title }) => title).join("|");
  // Page numbers in the contents and the footer exist only in the PDF.
  const body = text.replace(/page \d+ of \d+/g, "").replace(new RegExp(`^\\s*(${contents})\\s+\\d+\\s*$`, "gm"), "");
  const known = new Set(numbersIn(textsOf(document).join("\n")));
  expect(numbersIn(body).filter((number) => !known.has(number))).toEqual([]);
  expect(numbersIn(body).length).toBeGreaterThan(300);
  const facts = document.sections[0]?.blocks.flatMap((block) => (block.kind === "facts" ? block.items : [])) ?? [];
  expect(facts).toHaveLength(5);
  // In the order in which it was drawn: what stands in one box is in one piece.
  const drawn = squeezed(execFileSync("pdftotext", ["-raw", "-", "-"], { input: pdf, encoding: "utf8" }));
  for (const { value, note } of facts) {
    expect(drawn).toContain(squeezed(typeof value === "string" ? value : value.text) + squeezed(note.text));
  }
});

/** A machine with so much of everything that its report is long. */
function longReport() {
  const many = <T>(number: number, make: (index: number) => T) => Array.from({ length: number }, (_, index) => make(index));
  return buildReport(
    constructedInputs({
      series: [
        ...many(30, (index) => filesystem(`/mnt/${index}`, () => 0.3 + 0.01 * index)),
        ...many(30, (index) => ({
          metric: "system.disk.utilization",
          labels: { "system.device": `disk${index}` },
          value: () => 0.1 + index / 100,
        })),
      ],
      consumers: many(40, (index) => consumer({ pid: 100 + index, name: `worker-${index}`, cpuSeconds: 1000 - index })),
    }),
  );
}

test("a long report has a table of contents and full pages, and a table goes on with its head and at least two rows", async () => {
  ensurePrograms("pdftotext");
  const pages = pagesOf(await renderPdf(longReport(), PDF_OPTIONS));
  expect(pages.length).toBeGreaterThanOrEqual(6);
  expect(pages.slice(0, 2).some(({ text }) => text.includes("Contents"))).toBe(true);
  for (const { reach } of pages.slice(0, -1)) expect(reach).toBeGreaterThan(0.7);
  for (const { text } of pages) {
    const rows = text.match(/worker-\d+/g) ?? [];
    expect(rows.length).not.toBe(1);
    if (rows.length > 0) expect(text).toMatch(/program user/);
  }
});

test("a short report begins with its summary and has no table of contents; paper is what is configured", async () => {
  ensurePrograms("pdftotext");
  const hour = { from: END - 3_600_000, to: END };
  const inputs = constructedInputs({ change: { asked: hour, period: hour, current: {}, previous: {}, outlook: [] } });
  const letter = await renderPdf(buildReport(inputs), { ...PDF_OPTIONS, paper: "letter" });
  const [first, ...others] = pagesOf(letter);
  expect(first?.text).toContain("Summary");
  expect([first, ...others].some((page) => page?.text.includes("Contents"))).toBe(false);
  expect(execFileSync("pdfinfo", ["-"], { input: letter, encoding: "utf8" })).toContain("612 x 792 pts (letter)");
});
