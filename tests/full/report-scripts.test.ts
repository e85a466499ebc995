/** Names in any script: found in the text of a PDF, and drawn as what they are. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildReport } from "../../src/server/reports/build";
import { renderPdf } from "../../src/server/reports/render/pdf";
import { ensurePrograms } from "../helpers/debian";
import { PDF_OPTIONS } from "../helpers/pdf";
import { constructedInputs, consumer } from "../helpers/report-inputs";

/** Two names of each script: boxes in the place of missing glyphs would look the same. */
const NAMES = {
  Chinese: ["数据", "日志"],
  Japanese: ["サバ", "ログ"],
  Korean: ["서버", "기록"],
  Arabic: ["خادم", "سجلت"],
  Hebrew: ["שרתי", "יומן"],
  Thai: ["ดดด", "บบบ"],
  Greek: ["αβγ", "δεζ"],
  emoji: ["🐳", "🚀"],
} as const;

const RESOLUTION = 288;
let folder: string;
let path: string;

const poppler = (program: string, ...args: string[]) => execFileSync(program, args, { encoding: "utf8" });
const inFolder = (name: string) => join(folder, name);

beforeAll(async () => {
  ensurePrograms("pdftotext");
  folder = mkdtempSync(join(tmpdir(), "hostscope-scripts-"));
  path = inFolder("report.pdf");
  // One of each script is in the table of CPU time, the other in that of disk I/O.
  const consumers = Object.values(NAMES).flatMap(([first, second], index) => [
    consumer({ pid: 10 + index, name: first, cpuSeconds: 1000 - index, readBytes: 0, writtenBytes: 0 }),
    consumer({ pid: 50 + index, name: second, cpuSeconds: 0, readBytes: 1e9 - index * 1e7, writtenBytes: 0 }),
  ]);
  writeFileSync(path, await renderPdf(buildReport(constructedInputs({ consumers })), PDF_OPTIONS));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Place {
  page: number;
  left: number;
  top: number;
}

/** Where a word begins, in points. */
function placeOf(word: string): Place {
  const pages = poppler("pdftotext", "-bbox", path, "-").split("<page ").slice(1);
  for (const [index, page] of pages.entries()) {
    for (const [, left, top, text] of page.matchAll(/<word xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>([^<]*)<\/word>/g)) {
      // Letters come from left to right here, whatever their direction.
      if (text !== undefined && [text, [...text].reverse().join("")].some((one) => one.normalize("NFKC") === word))
        return { page: index + 1, left: Number(left), top: Number(top) };
    }
  }
  throw new Error(`${word} is not in the text`);
}

const WIDTH = 100;
const HEIGHT = 44;

/** Which pixels of the place of a word are dark. */
function picture({ page, left, top }: Place): boolean[] {
  const scale = RESOLUTION / 72;
  const numbers = {
    r: RESOLUTION,
    f: page,
    l: page,
    x: Math.round(left * scale),
    y: Math.round(top * scale),
    W: WIDTH,
    H: HEIGHT,
  };
  const options = Object.entries(numbers).flatMap(([name, value]) => [`-${name}`, String(value)]);
  poppler("pdftoppm", "-gray", ...options, "-singlefile", path, inFolder("crop"));
  const pixels = readFileSync(inFolder("crop.pgm")).subarray(-WIDTH * HEIGHT);
  return Array.from(pixels, (grey) => grey < 128);
}

const SHIFTS = [-2, -1, 0, 1, 2];

/** The share of dark pixels in which two pictures differ, where they fit best: text may lie between two pixels. */
function difference(one: readonly boolean[], other: readonly boolean[]): number {
  const dark = one.filter(Boolean).length + other.filter(Boolean).length;
  const differing = SHIFTS.flatMap((down) =>
    SHIFTS.map((right) => one.filter((pixel, index) => pixel !== (other[index + down * WIDTH + right] ?? false)).length),
  );
  return Math.min(...differing) / dark;
}

test.each(Object.entries(NAMES))("%s names are found in the text, and drawn", (_script, [first, second]) => {
  const text = poppler("pdftotext", path, "-").normalize("NFKC");
  for (const name of [first, second]) expect(text).toContain(name);
  const [one, other] = [picture(placeOf(first)), picture(placeOf(second))];
  for (const drawn of [one, other]) expect(drawn.filter(Boolean).length).toBeGreaterThan(50);
  expect(difference(one, other)).toBeGreaterThan(0.3);
});

test("fonts are embedded as the few glyphs in use, and only when they are needed", async () => {
  const plain = await renderPdf(buildReport(constructedInputs()), PDF_OPTIONS);
  writeFileSync(inFolder("plain.pdf"), plain);
  const fonts = (name: string) => poppler("pdffonts", inFolder(name)).split("\n").slice(2).filter(Boolean);
  expect(fonts("plain.pdf").every((line) => line.includes("Geist"))).toBe(true);
  expect(fonts("report.pdf").every((line) => /^[A-Z]{6}\+/.test(line))).toBe(true);
  expect(readFileSync(path).length - plain.length).toBeLessThan(150_000);
});
