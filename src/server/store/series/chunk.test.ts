import fc from "fast-check";
import { expect, test } from "vitest";
import { forAll } from "../../../../tests/helpers/properties";
import { chunkChecksum, type EncodedColumn, encodeChunk, openChunk } from "./chunk";

function roundTrip(columns: readonly EncodedColumn[], slots: number): EncodedColumn[] {
  const chunk = openChunk(encodeChunk(columns, slots));
  return columns.map((_column, index) => chunk.column(index));
}

const column = (...values: number[]) => Float64Array.from(values);

test.each([
  ["a counter in bytes", column(1_234_567_890_123, 1_234_567_894_219, 1_234_567_898_315)],
  ["clock ticks as seconds", column(8540.01, 8540.02, 8540.99)],
  ["microseconds", column(987.654321, 987.654399)],
  ["a constant", column(4096, 4096, 4096)],
  ["gaps", column(1, Number.NaN, 3, Number.NaN)],
  ["what is not decimal", column(Math.PI, 1 / 3, Number.MIN_VALUE, 1e300)],
  ["zero with a sign", column(0, -0)],
  ["below zero", column(-40.5, -39, 20)],
  ["at the edge of exact integers", column(2 ** 53, 2 ** 53 - 1, 0)],
  ["very large and very small together", column(1e15, 0.000001)],
  ["infinity", column(Number.POSITIVE_INFINITY, 1)],
])("%s comes back bit by bit", (_name, values) => {
  const [back] = roundTrip([values], values.length);
  expect(back).toEqual(values);
  expect(Object.is(back?.[1], values[1])).toBe(true);
});

test("a column without any value takes no room and comes back as none", () => {
  expect(roundTrip([column(Number.NaN, Number.NaN), null, column(1, 2)], 2)).toEqual([null, null, column(1, 2)]);
});

const anyNumber = fc.oneof(
  fc.double({ noNaN: false }),
  fc.integer(),
  fc.integer({ min: 0, max: 1_000_000 }).map((value) => value / 100),
  fc.constant(Number.NaN),
);
const counters = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 200 }).map((steps) => {
  let value = 4096 * 1000;
  return Float64Array.from(steps, (step) => (value += step));
});

test("every series comes back bit by bit", () => {
  forAll(
    fc.property(
      fc.oneof(
        counters,
        fc.array(anyNumber, { minLength: 1, maxLength: 100 }).map((values) => Float64Array.from(values)),
      ),
      (values) => {
        const back = roundTrip([values], values.length)[0] ?? new Float64Array(values.length).fill(Number.NaN);
        values.forEach((value, index) => {
          if (!Object.is(back[index], value)) throw new Error(`${value} came back as ${back[index]}`);
        });
      },
    ),
    3000,
  );
});

test("damaged bytes are an error or caught by the checksum, never wrong numbers and never a crash", () => {
  const columns = [
    column(...Array.from({ length: 300 }, (_, i) => Math.round(1000 * Math.sin(i)))),
    column(...Array.from({ length: 300 }, (_, i) => i * 4096)),
  ];
  const good = encodeChunk(columns, 300);
  const checksum = chunkChecksum([1, 2], good);
  forAll(
    fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, flip, cut) => {
      const bad = cut ? good.subarray(0, at) : Buffer.from(good);
      if (!cut) bad[at] = (bad[at] as number) ^ flip;
      expect(chunkChecksum([1, 2], bad)).not.toBe(checksum);
      try {
        const chunk = openChunk(bad);
        chunk.column(0);
        chunk.column(1);
      } catch (error) {
        expect((error as Error).name).toBe("DamagedChunk");
      }
    }),
    3000,
  );
});

test("bytes at random are an error and take no memory", () => {
  forAll(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      try {
        openChunk(Buffer.concat([Buffer.from([1]), bytes])).column(0);
      } catch (error) {
        expect((error as Error).name).toBe("DamagedChunk");
      }
    }),
    3000,
  );
});

test("the checksum covers the key", () => {
  const payload = Buffer.from("same");
  expect(chunkChecksum([1, 2], payload)).not.toBe(chunkChecksum([2, 1], payload));
});

test("a counter of pages costs less than a byte a sample", () => {
  let state = 7;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
  let total = 1e9;
  const values = Float64Array.from({ length: 3600 }, () => (total += random() < 0.3 ? 4096 * Math.floor(random() * 8) : 0));
  expect(encodeChunk([values], 3600).length / 3600).toBeLessThan(0.6);
});
