import { Ajv2020 } from "ajv/dist/2020";
import { expect, test } from "vitest";
import { openApiDocument } from "./openapi";
import { OPERATIONS } from "./operations";

const document = openApiDocument("1.2.3");
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
);

test.each(OPERATIONS)("$procedure says in a line what it does, and names the schema of its answer", ({ summary, answer }) => {
  expect(summary).toMatch(/^[A-Z].{5,180}[^.]$/);
  // Needs `.output(answers(schema))`: without it nothing checks the responses against the document.
  expect(answer).toBeDefined();
});

test("every reference of the document leads somewhere", () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
  expect(references.length).toBeGreaterThan(20);
  for (const [, kind, name] of references) expect(Object.keys(document.components[kind as "schemas"])).toContain(name);
});

test("every schema is one that a validator takes", () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: "hostscope", components: document.components });
  for (const name of Object.keys(document.components.schemas)) {
    expect(() => ajv.compile({ $ref: `hostscope#/components/schemas/${name}` }), name).not.toThrow();
  }
});

test("path parameters are those that stand in the path, and operations have names of their own", () => {
  for (const { path, parameters = [] } of operations) {
    const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(parameters.filter((one) => one.in === "path").map(({ name }) => name)).toEqual(wanted);
  }
  const ids = operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
});
