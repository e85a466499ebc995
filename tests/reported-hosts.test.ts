/** Hosts on which other monitors, or this one, were wrong. */
import { expect, test } from "vitest";
import { caseNames, readCase, sampleCase, valuesOf } from "./helpers/host-case";

test.each(caseNames())("%s", (name) => {
  const one = readCase(name);
  const { frame, results, processes } = sampleCase(one);
  const values = valuesOf(frame);
  const { series, absent = [], groups = {} } = one.expect;
  for (const [key, right] of Object.entries(series)) {
    const value = values.get(key) ?? Number.NaN;
    if (right === null) expect(value, key).toBeNaN();
    else expect(value, key).toBeCloseTo(right, right > 1000 ? 0 : 4);
  }
  const told = [...values].filter(([, value]) => !Number.isNaN(value)).map(([key]) => key);
  for (const expression of absent)
    expect(
      told.filter((key) => new RegExp(expression).test(key)),
      expression,
    ).toEqual([]);
  for (const [pid, group] of Object.entries(groups)) expect(processes.get(Number(pid))?.group, `process ${pid}`).toBe(group);
  expect(results.flatMap(({ changes }) => changes)).toEqual([]);
});
