/** Fonts for what Geist has no glyph for: parts of Noto and Vazirmatn, cut down to the characters of the report. A report that needs none loads none. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Report } from "~/domain/report";

/** A font with the few glyphs that a report needs, in TrueType. */
export interface Face {
  family: string;
  file: Buffer;
}

/** The path of a file in a package. */
export type ResolvePackage = (path: string) => string;

/** What Geist has glyphs for. */
const GEIST =
  /[\u0020-\u007e\u00a0-\u024f\u0400-\u045f\u2010-\u2027\u2030-\u203a\u20ac\u2122\u2190-\u2193\u2212\u2248\u2260\u2264\u2265]/u;
/** Joins the parts of an emoji, or chooses among its forms: the parts come from several fonts, and the outlines have one form. */
const WITHOUT_GLYPH = /[\u200d\ufe00-\ufe0f]/gu;

const prepared = (text: string) => text.normalize("NFC").replace(WITHOUT_GLYPH, "");

const CHINESE = "noto-sans-sc";
const JAPANESE = "noto-sans-jp";
const KOREAN = "noto-sans-kr";
/** Vazirmatn is Arabic with a glyph for each letter. Noto has dots apart, and react-pdf loses some where it breaks a line. */
const ARABIC = "vazirmatn";
const OTHERS = ["noto-sans", ARABIC, "noto-sans-hebrew", "noto-sans-thai", "noto-emoji"];

/** Fonts in the order in which they are asked. Han characters have other shapes in Japanese: a text with kana gets those. */
function fontsFor(text: string): string[] {
  const han = /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text) ? [JAPANESE, CHINESE] : [CHINESE, JAPANESE];
  return [...OTHERS, ...han, KOREAN];
}

type Ranges = readonly (readonly [first: number, last: number])[];

/** Of a CSS unicode-range: "U+5d0-5ea,U+200c". */
export function rangesOf(unicodeRange: string): Ranges {
  return [...unicodeRange.matchAll(/U\+([0-9a-f]+)(?:-([0-9a-f]+))?/gi)].map(([, first = "", last = first]) => [
    Number.parseInt(first, 16),
    Number.parseInt(last, 16),
  ]);
}

const isIn = (ranges: Ranges, code: number) => ranges.some(([first, last]) => code >= first && code <= last);

const codeOf = (character: string) => character.codePointAt(0) as number;

const NAME_RECORD_BYTES = 12;
const POSTSCRIPT_NAME = 6;

/** Numbers the PostScript name: parts of a font have the same one, and the PDF knows fonts by it. */
function numbered(file: Buffer, number: number): Buffer {
  const digits = String(number).padStart(4, "0");
  const tables = Array.from({ length: file.readUInt16BE(4) }, (_, index) => 12 + index * 16);
  const table = tables.find((at) => file.toString("latin1", at, at + 4) === "name");
  if (table === undefined) return file;
  const start = file.readUInt32BE(table + 8);
  const strings = start + file.readUInt16BE(start + 4);
  for (let index = 0; index < file.readUInt16BE(start + 2); index++) {
    const record = start + 6 + index * NAME_RECORD_BYTES;
    if (file.readUInt16BE(record + 6) !== POSTSCRIPT_NAME) continue;
    const text = file.readUInt16BE(record) === 1 ? Buffer.from(digits, "latin1") : Buffer.from(digits, "utf16le").swap16();
    text.copy(file, strings + file.readUInt16BE(record + 10) + file.readUInt16BE(record + 8) - text.length);
  }
  return file;
}

const REGULAR = 400;
let made = 0;

/** A part of a font, cut down to those of the characters that it really has: ranges promise more. */
async function cutTo(path: string, characters: readonly string[]): Promise<{ face: Face | null; found: readonly string[] }> {
  const whole = await readFile(path);
  const { create } = await import("fontkit");
  const font = create(whole);
  const known = new Set("characterSet" in font ? font.characterSet : []);
  const found = characters.filter((one) => known.has(codeOf(one)));
  if (found.length === 0) return { face: null, found };
  const { default: subsetFont } = await import("subset-font");
  // A PDF takes neither compressed nor variable fonts.
  const file = await subsetFont(whole, found.join(""), { targetFormat: "truetype", variationAxes: { wght: REGULAR } });
  made++;
  return { face: { family: `${basename(path, ".woff2")} ${made}`, file: numbered(file, made) }, found };
}

/** What is to be registered beside Geist for a text, and the characters that no font has. */
export async function fallbackFaces(
  text: string,
  resolve: ResolvePackage,
): Promise<{ faces: Face[]; missing: ReadonlySet<string> }> {
  const missing = new Set([...prepared(text)].filter((one) => !GEIST.test(one)));
  const faces: Face[] = [];
  for (const font of fontsFor(text)) {
    if (missing.size === 0) break;
    const unicode = await readFile(resolve(`@fontsource-variable/${font}/unicode.json`), "utf8");
    for (const [part, unicodeRange] of Object.entries(JSON.parse(unicode) as Record<string, string>)) {
      const ranges = rangesOf(unicodeRange);
      const promised = [...missing].filter((one) => isIn(ranges, codeOf(one)));
      if (promised.length === 0) continue;
      const name = `${font}-${part.replace(/[[\]]/g, "")}-wght-normal.woff2`;
      const { face, found } = await cutTo(resolve(`@fontsource-variable/${font}/files/${name}`), promised);
      if (face) faces.push(face);
      for (const one of found) missing.delete(one);
    }
  }
  return { faces, missing };
}

/** The report with a question mark for each character that no font has. */
export function printableReport(report: Report, missing: ReadonlySet<string>): Report {
  const printed = (text: string) => [...prepared(text)].map((one) => (missing.has(one) ? "?" : one)).join("");
  return JSON.parse(JSON.stringify(report), (_key, value: unknown) =>
    typeof value === "string" ? printed(value) : value,
  ) as Report;
}
