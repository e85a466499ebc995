import { expect, test } from "vitest";
import { z } from "zod";
import { fieldErrors } from "./invalid-input.schema";

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

test.each([
  [z.number(), "x", "expected a number, not text"],
  [z.int(), 1.5, "expected a whole number"],
  [z.string(), undefined, "is required"],
  [z.string().min(1), "", "must not be empty"],
  [z.string().max(3), "long", "expected at most 3 characters"],
  [z.number().positive(), 0, "expected more than 0"],
  [z.number().max(5), 6, "expected at most 5"],
  [z.array(z.string()).max(1), ["a", "b"], "expected at most 1 entry"],
  [z.enum(["firing", "resolved"]), "open", "expected one of firing, resolved"],
  [z.boolean(), [], "expected true or false, not a list"],
  [z.url(), "ntfy", "expected a URL such as https://example.org"],
  [z.string().regex(/^[a-z]+$/), "1", "is not in the expected format"],
  [z.string().regex(/^[a-z]+$/, "expected letters"), "1", "expected letters"],
  [z.union([z.string(), z.number()], { error: "expected a name or a number" }), true, "expected a name or a number"],
])("%o of %j says what it takes", (schema, value, detail) => {
  expect(errorsOf(z.strictObject({ field: schema }), value === undefined ? {} : { field: value })).toEqual([
    { parameter: "field", detail },
  ]);
});

test("no text of the schema library gets through", () => {
  const schema = z.strictObject({ at: z.date(), size: z.number().multipleOf(5), kind: z.literal("once") });
  const details = errorsOf(schema, { at: "x", size: 3, kind: "weekly", more: 1 }).map(({ detail }) => detail);
  expect(details).toEqual(["expected date, not text", "expected a multiple of 5", "expected once", "is not a known field"]);
});
