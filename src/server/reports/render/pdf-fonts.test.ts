import { expect, test } from "vitest";
import { PDF_OPTIONS } from "../../../../tests/helpers/pdf";
import { constructedInputs, consumer } from "../../../../tests/helpers/report-inputs";
import { buildReport } from "../build";
import { fallbackFaces, printableReport, rangesOf } from "./pdf-fonts";

const familiesFor = async (text: string) =>
  (await fallbackFaces(text, PDF_OPTIONS.resolve)).faces.map(({ family }) => family.replace(/-[^-]+-wght-normal \d+$/, ""));

test("a unicode range is read as CSS has it", () => {
  expect(rangesOf("U+5d0-5ea,U+200c, U+1F433")).toEqual([
    [0x5d0, 0x5ea],
    [0x200c, 0x200c],
    [0x1f433, 0x1f433],
  ]);
});

test.each([
  ["a plain name", "nginx: worker", []],
  ["a Greek name", "διακομιστής", ["noto-sans"]],
  ["an Arabic name", "خادم", ["vazirmatn"]],
  ["a Hebrew name", "שרת", ["noto-sans-hebrew"]],
  ["a Thai name", "เซิร์ฟเวอร์", ["noto-sans-thai"]],
  ["a Korean name", "서버", ["noto-sans-kr"]],
  ["an emoji", "🐳", ["noto-emoji"]],
])("%s has its font", async (_name, text, fonts) => {
  expect([...new Set(await familiesFor(text))]).toEqual(fonts);
});

test("Han characters are Chinese ones, and Japanese ones beside kana", async () => {
  expect([...new Set(await familiesFor("直接"))]).toEqual(["noto-sans-sc"]);
  expect([...new Set(await familiesFor("直接サーバ"))]).toEqual(["noto-sans-jp"]);
});

test("a face is a small TrueType font", async () => {
  const { faces } = await fallbackFaces("数据库服务器", PDF_OPTIONS.resolve);
  for (const { file } of faces) {
    expect(file.readUInt32BE(0)).toBe(0x00010000);
    expect(file.length).toBeLessThan(20_000);
  }
});

test("what no font has is a question mark, and what only changes others is left out", async () => {
  const report = buildReport(constructedInputs({ consumers: [consumer({ name: "𓀀 box ⚙\ufe0f" })] }));
  const { missing } = await fallbackFaces(JSON.stringify(report), PDF_OPTIONS.resolve);
  expect(JSON.stringify(printableReport(report, missing)).match(/"[^"]* box [^"]*"/)?.[0]).toBe('"? box ⚙"');
});
