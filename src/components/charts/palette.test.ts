/** Checks the series colours under each kind of colour blindness. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

type Rgb = readonly [number, number, number];
type Matrix = readonly [Rgb, Rgb, Rgb];

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB. */
const KINDS: Readonly<Record<string, Matrix>> = {
  "full colour vision": [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const NAMES = ["blue", "orange", "green", "pink", "gold", "sky"];

/** The series colours of a style sheet, six per theme: light first, then dark. */
function themesOf(path: string, prefix: string): string[][] {
  const css = readFileSync(path, "utf8");
  const each = NAMES.map((name) =>
    [...css.matchAll(new RegExp(`--${prefix}${name}: #([0-9a-f]{6});`, "g"))].map(([, hex]) => hex),
  );
  return [0, 1].map((theme) => each.map((found) => found[theme] as string));
}

const rgbOf = (hex: string) => [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
const THEMES = themesOf("src/app/globals.css", "series-");

const linear = (value: number) => (value <= 10.31475 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);

/** CIE L*a*b*, D65. */
function labOf(color: Rgb, kind: Matrix): Rgb {
  const light = color.map(linear) as unknown as Rgb;
  const [r, g, b] = kind.map((row) =>
    Math.min(1, Math.max(0, row[0] * light[0] + row[1] * light[1] + row[2] * light[2])),
  ) as unknown as Rgb;
  const f = (t: number) => (t > 216 / 24_389 ? Math.cbrt(t) : ((24_389 / 27) * t + 16) / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const distance = (a: Rgb, b: Rgb) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** A CIE L*a*b* distance of 2.3 can just be seen side by side. */
const CLEARLY = 17;

test.each(Object.entries(KINDS))("with %s no two series have colours that look alike", (_name, kind) => {
  for (const colors of THEMES) {
    const labs = colors.map((color) => labOf(rgbOf(color), kind));
    for (const [index, one] of labs.entries()) {
      for (const other of labs.slice(index + 1)) expect(distance(one, other)).toBeGreaterThan(CLEARLY);
    }
  }
});

test("reports have the colours of the pages", () => {
  expect(themesOf("src/server/reports/page/style.css", "")).toEqual(THEMES);
  const pdf = readFileSync("src/server/reports/render/pdf-style.ts", "utf8");
  expect(NAMES.map((name) => new RegExp(` ${name}: "#([0-9a-f]{6})"`).exec(pdf)?.[1])).toEqual(THEMES[0]);
});
