import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { buildReport } from "../../src/server/reports/build";
import { reportDocument } from "../../src/server/reports/render/json";
import { renderPdf } from "../../src/server/reports/render/pdf";
import { ensurePrograms } from "../helpers/debian";
import { constructedInputs, consumer, filesystem, wiggle } from "../helpers/report-inputs";

/** Every text in the JSON, as the other formats print it. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (value === null || typeof value !== "object") return [];
  return Object.values(value).flatMap(textsOf);
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
  const pdf = await renderPdf(report, { folder: "node_modules/geist/dist/fonts/geist-sans" });
  expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  const text = execFileSync("pdftotext", ["-layout", "-", "-"], { input: pdf, encoding: "utf8" });
  const contents = document.sections.map(({ title }) => title).join("|");
  // Page numbers in the contents and the footer exist only in the PDF.
  const body = text.replace(/page \d+ of \d+/g, "").replace(new RegExp(`^\\s*(${contents})\\s+\\d+\\s*$`, "gm"), "");
  const known = new Set(numbersIn(textsOf(document).join("\n")));
  expect(numbersIn(body).filter((number) => !known.has(number))).toEqual([]);
  expect(numbersIn(body).length).toBeGreaterThan(300);
  const facts = document.sections[0]?.blocks.flatMap((block) => (block.kind === "facts" ? block.items : [])) ?? [];
  expect(facts.length).toBeGreaterThan(5);
  for (const { value, note } of facts) {
    expect(squeezed(text)).toContain(squeezed(typeof value === "string" ? value : value.text));
    expect(squeezed(text)).toContain(squeezed(note.text));
  }
});
