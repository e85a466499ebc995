/** More than half a million generated files through the parsers. */
import { expect, test } from "vitest";
import { expectSane, PARSER_NAMES } from "../helpers/parsers";

const RUNS = 25_000;

test("together they are at least 500,000", () => {
  expect(PARSER_NAMES.length * RUNS).toBeGreaterThanOrEqual(500_000);
});

test.each(PARSER_NAMES)(`%s: ${RUNS} files give nothing negative, nothing infinite and no error`, (name) => {
  expectSane(name, RUNS);
});
