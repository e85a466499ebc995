/** Writes bench/results.md: one section per benchmark, with machine and date. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";

const PATH = "bench/results.md";
const HEAD = "# Results\n\nWritten by `npm run bench`; ratios are within one run.\n";

function machine(): string {
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} x ${cpus()[0]?.model.trim()}, ${gibibytes} GiB, Linux ${release()}, Node ${process.version}`;
}

/** Replaces the section with that name, or adds it. */
export function writeResult(name: string, body: string): void {
  const text = existsSync(PATH) ? readFileSync(PATH, "utf8") : HEAD;
  const sections = text.split(/^(?=## )/m);
  const section = `## ${name}\n\n${new Date().toISOString().slice(0, 10)}, ${machine()}\n\n${body.trim()}\n`;
  const index = sections.findIndex((one) => one.startsWith(`## ${name}\n`));
  if (index < 0) sections.push(section);
  else sections[index] = section;
  writeFileSync(PATH, `${sections.map((one) => one.trim()).join("\n\n")}\n`);
  console.log(section);
}

const missed: string[] = [];

/** Formats a value that must not exceed its budget; the benchmark exits with 1 when it does. */
export function atMost(what: string, measured: number, budget: number, digits = 0): string {
  const text = measured.toFixed(digits);
  if (measured <= budget) return text;
  missed.push(`${what}: ${text}, budget ${budget}`);
  return `${text} (missed)`;
}

process.on("exit", () => {
  if (missed.length === 0) return;
  console.error(`budget missed:\n  ${missed.join("\n  ")}`);
  process.exitCode = 1;
});

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
