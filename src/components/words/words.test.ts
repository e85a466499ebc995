import { expect, test } from "vitest";
import { SHIPPED } from "~/server/config/shipped-rules";
import { de } from "./de";
import { en } from "./en";
import { plural } from "./plural";
import { pseudo, pseudoOf } from "./pseudo";

/** The text that a key leads to, with "2" for every value. */
function textsOf(words: unknown, path = ""): [path: string, text: string][] {
  if (typeof words === "string") return [[path, words]];
  if (typeof words === "function") return textsOf(words(...Array.from({ length: words.length }, () => 2)), path);
  if (typeof words !== "object" || words === null) return [];
  return Object.entries(words).flatMap(([key, value]) => textsOf(value, path === "" ? key : `${path}.${key}`));
}

test("German has every text, and none that is empty", () => {
  const german = textsOf(de);
  expect(german.map(([path]) => path).toSorted()).toEqual(
    textsOf(en)
      .map(([path]) => path)
      .toSorted(),
  );
  expect(german.filter(([, text]) => text.trim() === "")).toEqual([]);
});

test("English texts have no space before a percent sign", () => {
  expect(textsOf(en).filter(([, text]) => / %/.test(text))).toEqual([]);
});

test("the pseudo-language marks each text and makes it longer", () => {
  expect(pseudo("Live")).toBe("[Líṽé~~]");
  expect(pseudo("–")).toBe("–");
  expect(pseudoOf(en).shell.freshness.stale(3)).toMatch(/^\[.*~\]$/);
});

test.each([
  ["en", 1, "1 gap"],
  ["en", 2, "2 gaps"],
  ["en", 0, "0 gaps"],
  ["en", 1234, "1,234 gaps"],
] as const)("%s: %s", (language, count, text) => {
  expect(plural(language)(count, { one: "gap", other: "gaps" })).toBe(text);
});

test.each([en, de])("Overview and Network call the same traffic by the same name", ({ overview, network }) => {
  expect(overview.chart.interfaces).toBe(network.traffic.note);
});

test("every built-in rule has a title", () => {
  expect(Object.keys(en.alerts.ruleTitles).toSorted()).toEqual(SHIPPED.map(({ name }) => name).toSorted());
});
