import fc from "fast-check";
import { expect, test } from "vitest";
import { type Extent, Extents, passesOf } from "./chunk-passes";

const HOUR_MS = 3_600_000;
const SECOND_MS = 1000;

test("where each group occurs, from one sample to the next", () => {
  const extents = new Extents();
  const [first, second] = [Uint32Array.of(1, 2, 40), Uint32Array.of(2, 41, 90)];
  expect(extents.add(1000, first)).toBe(true);
  expect(extents.add(2000, first)).toBe(false);
  expect(extents.add(3000, second)).toBe(true);
  expect([...extents.byGroup]).toEqual([
    [0, { from: 1000, to: 3001 }],
    [2, { from: 1000, to: 3001 }],
    [5, { from: 3000, to: 3001 }],
  ]);
});

test("groups that last for the hour come eight at a time, and those of some seconds by the hundred, read where they are", () => {
  const lasting = Array.from({ length: 20 }, (_, group): [number, Extent] => [group, { from: 0, to: HOUR_MS }]);
  const passing = Array.from({ length: 1800 }, (_, index): [number, Extent] => {
    const from = 2 * index * SECOND_MS;
    return [20 + index, { from, to: from + 10 * SECOND_MS }];
  });
  const passes = passesOf(new Map([...lasting, ...passing]), SECOND_MS);
  expect(passes.slice(0, 2).map(({ groups }) => groups.size)).toEqual([8, 8]);
  const rest = passes.slice(3);
  expect(rest.length).toBeLessThan(20);
  expect(Math.max(...rest.map(({ from, to }) => to - from))).toBeLessThan(HOUR_MS / 8);
});

test("every group is in one pass, which covers it, and no pass has more columns than fit", () => {
  const extent = fc
    .record({ from: fc.integer({ min: 0, max: HOUR_MS - 1 }), length: fc.integer({ min: 1, max: HOUR_MS }) })
    .map(({ from, length }) => ({ from, to: Math.min(HOUR_MS, from + length) }));
  fc.assert(
    fc.property(fc.array(extent, { maxLength: 60 }), fc.constantFrom(1000, 5000, 60_000), (all, interval) => {
      const extents = new Map(all.map((one, group) => [group, one]));
      const passes = passesOf(extents, interval);
      expect(passes.flatMap(({ groups }) => [...groups])).toEqual([...extents.keys()]);
      for (const { from, to, groups } of passes) {
        for (const group of groups) {
          const own = extents.get(group) as Extent;
          expect(own.from >= from && own.to <= to).toBe(true);
        }
        expect(groups.size === 1 || groups.size * 16 * ((to - from) / interval) <= 8 * 16 * 3600).toBe(true);
      }
    }),
  );
});
