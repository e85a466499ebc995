import fc from "fast-check";
import { expect, test } from "vitest";
import { packValues, unpackValues } from "./log-values";

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

test("whatever the values are they come back, and what is cut off or too long is null", () => {
  const anything = fc.oneof(fc.double(), fc.integer().map(Number), fc.constant(0), fc.constant(Number.NaN));
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 300 }), (list) => {
      const values = Float64Array.from(list);
      const packed = Buffer.from(packValues(values));
      expect(bits(unpackValues(packed, values.length) as Float64Array)).toEqual(bits(values));
      expect(packed.length).toBeLessThanOrEqual(values.byteLength);
      for (const length of [packed.length - 1, packed.length + 1]) {
        if (length < 0 || length === values.byteLength) continue;
        const other = Buffer.alloc(length);
        packed.copy(other);
        expect(unpackValues(other, values.length)).toBeNull();
      }
    }),
  );
});

test("bytes of any kind are values or null", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(30), (packed, length) => {
      expect(unpackValues(packed, length)?.length ?? length).toBe(length);
    }),
  );
});
