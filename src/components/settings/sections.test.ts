import { expect, test } from "vitest";
import { settingHelp } from "~/components/words/en/setting-help";
import { CONFIG_KEYS, isSetting } from "~/server/config/keys";
import { SECTIONS } from "./sections";

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
