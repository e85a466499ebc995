import fc from "fast-check";
import { expect, test } from "vitest";
import { forAll } from "../../tests/helpers/properties";
import { rulePattern } from "./alert.schema";
import { globMatches, labelsMatch } from "./match";

test.each([
  ["disk*", "disk_full", true],
  ["*", "", true],
  ["a*a", "a", false],
  ["a*a", "aa", true],
  ["*ab*ab*", "abab", true],
  ["*ab*ab*", "aba", false],
  ["a.c", "abc", false],
  ["", "", true],
  ["/mnt/*", "/mnt/a\nb", true],
  ["*b*", "aaa", false],
])("%j matches %j: %s", (pattern, text, matches) => {
  expect(globMatches(pattern, text)).toBe(matches);
});

test("it agrees with a regular expression", () => {
  const word = fc.array(fc.constantFrom("a", "b", "*"), { maxLength: 10 }).map((all) => all.join(""));
  const text = fc.array(fc.constantFrom("a", "b"), { maxLength: 12 }).map((all) => all.join(""));
  forAll(
    fc.property(word, text, (pattern, one) => {
      expect(globMatches(pattern, one)).toBe(new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(one));
    }),
  );
});

test("a pattern made to look at every split looks at each star once", () => {
  let searches = 0;
  const text = new String("a".repeat(100_000)) as unknown as string;
  text.indexOf = (part: string, from?: number) => {
    searches++;
    return String.prototype.indexOf.call(text, part, from);
  };
  expect(globMatches(`${"*a".repeat(8)}*b`, text)).toBe(false);
  expect(globMatches(`${"*a".repeat(8)}*a`, text)).toBe(true);
  expect(searches).toBe(8);
});

test("a pattern has at most eight stars", () => {
  expect(rulePattern.safeParse("*".repeat(8)).success).toBe(true);
  expect(rulePattern.safeParse("*".repeat(9)).error?.issues[0]?.message).toBe("expected at most 8 stars");
});

test("every wanted label has to exist and match", () => {
  expect(labelsMatch({ mount: "/mnt/*" }, { mount: "/mnt/a", type: "ext4" })).toBe(true);
  expect(labelsMatch({ mount: "/mnt/*", device: "*" }, { mount: "/mnt/a" })).toBe(false);
});
