import { expect, test } from "vitest";
import { z } from "zod";
import { fieldErrors } from "./rest";

const one = z.strictObject({ metric: z.string(), value: z.number(), tags: z.record(z.string(), z.string()).optional() });
const once = z.strictObject({ rule: z.string(), hours: z.number().optional(), until: z.iso.datetime().optional() });
const weekly = z.strictObject({
  weekly: z.strictObject({ name: z.string(), from: z.string().regex(/^\d\d:\d\d$/, "expected a time") }),
});

const errorsOf = (schema: z.ZodType, value: unknown) => {
  const { error } = schema.safeParse(value);
  return error ? fieldErrors(error) : [];
};

test.each([
  [{ metric: "a", vlaue: 1 }, ["value", "vlaue"]],
  [{ items: [{ metric: "a", value: "x" }] }, ["items.0.value"]],
  [{ metric: "a", value: 1, tags: { a: 1 } }, ["tags.a"]],
  [{ items: [{ metric: "a", value: 1, unti: "s" }] }, ["items.0.unti"]],
])("what comes in one of several forms is judged by the one that it comes nearest to: %j", (value, parameters) => {
  const schema = z.union([one, z.strictObject({ items: z.array(one) })]);
  expect(errorsOf(schema, value).map(({ parameter }) => parameter)).toEqual(parameters);
});

test.each([
  [{ rule: "cpu", hour: 2 }, "hour"],
  [{ rule: "cpu", until: "last 5" }, "until"],
  [{ weekly: { name: "n", from: "25" } }, "weekly.from"],
])("a silence: %j", (value, parameter) => {
  expect(errorsOf(z.union([once, weekly]), value)).toMatchObject([{ parameter }]);
});
