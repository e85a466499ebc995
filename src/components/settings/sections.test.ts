import { expect, test } from "vitest";
import { settingHelp } from "~/components/words/en/setting-help";
import { CONFIG_KEYS, isSetting } from "~/server/config/keys";
import { SECTIONS, sectionInView } from "./sections";

const placed: string[] = SECTIONS.flatMap(({ fields }) => fields);

test("every setting with a title has its place in one section", () => {
  const titled = CONFIG_KEYS.filter(({ title }) => title !== null).map(({ path }) => path);
  expect(placed.toSorted()).toEqual(titled.toSorted());
});

test("what has no field is a threshold, a receiver, an engine, or a key of a block with a form of its own", () => {
  const without = CONFIG_KEYS.filter((key) => isSetting(key) && key.title === null).map(({ path }) => path);
  expect(without.filter((path) => !/^(?:thresholds\.|notifications\.|remote_write|fleet)/.test(path))).toEqual([]);
});

test("the texts of the fields are those of the schema", () => {
  expect(settingHelp).toEqual(
    Object.fromEntries(
      CONFIG_KEYS.filter(({ title }) => title !== null).map(({ path, title, description }) => [
        path,
        { title, help: description },
      ]),
    ),
  );
});

test.each([
  ["before the first, it is the first", [120, 400, 900], {}, "notifications"],
  ["it is the last that began above the line", [-900, -20, 600], {}, "rules"],
  ["in two columns it is the one that began last", [-900, -20, -400], {}, "rules"],
  ["of two that begin beside each other it is the first", [70, 900, 70], {}, "notifications"],
  ["at the end of the page it is the last", [-900, -20, 600], { isAtEnd: true }, "retention"],
  ["unless another was asked for", [-900, 300, 600], { isAtEnd: true, asked: "rules" }, "rules"],
] as const)("the section in view: %s", (_what, [notifications, rules, retention], change, id) => {
  const tops = [
    { id: "notifications", top: notifications },
    { id: "rules", top: rules },
    { id: "retention", top: retention },
  ] as const;
  expect(sectionInView(tops, { line: 100, isAtEnd: false, asked: "", ...change })).toBe(id);
});
