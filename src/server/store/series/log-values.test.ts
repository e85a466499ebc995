import fc from "fast-check";
import { expect, test } from "vitest";
import { forAll } from "../../../../tests/helpers/properties";
import { packValues, unpackSome, unpackValues } from "./log-values";

const bits = (values: Float64Array) => [...new BigUint64Array(values.buffer, values.byteOffset, values.length)];

test("values come back bit by bit, and small whole ones take few bytes", () => {
  const values = Float64Array.of(0, -0, 1, 255, 4096, 1e9, 0.01, Number.NaN, Number.POSITIVE_INFINITY, -1.5, 5e-324);
  const packed = Buffer.from(packValues(values));
  expect(packed.length).toBeLessThan(values.byteLength / 2);
  expect(bits(unpackValues(packed, values.length) as Float64Array)).toEqual(bits(values));
  expect(unpackValues(packValues(new Float64Array(0)), 0)).toEqual(new Float64Array(0));
  const fractions = Float64Array.of(0.1, 0.2, 0.3);
  expect(Buffer.from(packValues(fractions))).toEqual(Buffer.from(fractions.buffer));
});

test("whatever the values are, they come back, and never in more bytes than doubles take", () => {
  const anything = fc.oneof(fc.double(), fc.integer().map(Number), fc.constant(0), fc.constant(Number.NaN));
  forAll(
    fc.property(fc.array(anything, { maxLength: 300 }), (list) => {
      const values = Float64Array.from(list);
      const packed = Buffer.from(packValues(values));
      expect(bits(unpackValues(packed, values.length) as Float64Array)).toEqual(bits(values));
      expect(packed.length).toBeLessThanOrEqual(values.byteLength);
    }),
  );
});

test("values at some places are those of the whole", () => {
  const anything = fc.oneof(fc.double(), fc.integer().map(Number), fc.constant(0), fc.constant(Number.NaN));
  forAll(
    fc.property(fc.array(anything, { maxLength: 100 }), fc.array(fc.nat(99), { maxLength: 20 }), (list, wanted) => {
      const values = Float64Array.from(list);
      const packed = Buffer.from(packValues(values));
      const places = Uint32Array.from(new Set(wanted.filter((place) => place < list.length))).sort();
      const some = unpackSome(packed, values.length, places) as Float64Array;
      expect(bits(some)).toEqual(bits(Float64Array.from(places, (place) => values[place] as number)));
    }),
  );
});

test("a packed row that lost a byte or has one too many is null", () => {
  const whole = fc.array(fc.integer({ min: -1000, max: 1000 }).map(Number), { minLength: 1, maxLength: 300 });
  forAll(
    fc.property(whole, (list) => {
      const packed = Buffer.from(packValues(Float64Array.from(list)));
      expect(packed.length).toBeLessThan(8 * list.length - 1);
      expect(unpackValues(packed.subarray(0, -1), list.length)).toBeNull();
      expect(unpackValues(Buffer.concat([packed, Buffer.of(0)]), list.length)).toBeNull();
    }),
  );
});

test("bytes of any kind are values or null", () => {
  forAll(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(30), (packed, length) => {
      expect(unpackValues(packed, length)?.length ?? length).toBe(length);
    }),
  );
});
