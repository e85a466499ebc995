/** Generates the OpenAPI document from the procedures' schemas. openapi-extra.ts adds the routes without a procedure. */
import { z } from "zod";
import { ERROR_TABLE } from "~/domain/errors";
import { EXTRA_PATHS } from "./openapi-extra";
import type { JsonSchema, OpenApiDocument, OpenApiOperation, OpenApiParameter } from "./openapi-types";
import { OPERATIONS, type Operation } from "./operations";

const DESCRIPTION = `Times are ISO 8601 with Z, or epoch milliseconds where noted. Utilization is a fraction from 0 to 1.
In every response, \`value\` is what a chart draws: for a counter, its rate. Errors are application/problem+json (RFC 9457) and name
the invalid parameter. Every response has an X-Request-Id, the caller's own if it sent one.`;

const PROBLEM: JsonSchema = {
  type: "object",
  required: ["type", "title", "status", "detail"],
  properties: {
    type: { type: "string", examples: ["urn:hostscope:problem:bad_request"] },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "what happened and what to do" },
    instance: { type: "string", description: "the request's id" },
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["parameter", "detail"],
        properties: { parameter: { type: "string" }, detail: { type: "string" } },
      },
    },
  },
};

/** Moves zod's `$defs` to the document's components and updates the references. */
function hoisted(value: unknown, components: Record<string, JsonSchema>): unknown {
  if (Array.isArray(value)) return value.map((item) => hoisted(item, components));
  if (value === null || typeof value !== "object") return value;
  const result: JsonSchema = {};
  for (const [key, inner] of Object.entries(value)) {
    if (key === "$schema" || key === "id") continue;
    if (key === "$defs") {
      for (const [name, schema] of Object.entries(inner as Record<string, unknown>)) {
        components[name] ??= hoisted(schema, components) as JsonSchema;
      }
    } else if (key === "$ref") {
      result.$ref = String(inner).replace("#/$defs/", "#/components/schemas/");
    } else result[key] = key === "properties" ? hoistedEach(inner, components) : hoisted(inner, components);
  }
  return result;
}

/** Property names are not keywords: a property may be called `id`. */
function hoistedEach(properties: unknown, components: Record<string, JsonSchema>): JsonSchema {
  return Object.fromEntries(
    Object.entries(properties as JsonSchema).map(([name, schema]) => [name, hoisted(schema, components)]),
  );
}

function answerSchema(schema: z.ZodType, components: Record<string, JsonSchema>): JsonSchema {
  const json = z.toJSONSchema(schema, { io: "output" }) as JsonSchema;
  const name = typeof json.id === "string" ? json.id : undefined;
  const whole = hoisted(json, components) as JsonSchema;
  if (name === undefined) return whole;
  components[name] ??= whole;
  return { $ref: `#/components/schemas/${name}` };
}

interface ObjectSchema extends JsonSchema {
  properties?: Record<string, JsonSchema>;
  required?: string[];
}

function parametersOf(operation: Operation, input: ObjectSchema, place: "path" | "query"): OpenApiParameter[] {
  return Object.entries(input.properties ?? {}).flatMap(([name, { description, ...schema }]) => {
    const isInPath = operation.path.includes(`{${name}}`);
    if (isInPath !== (place === "path")) return [];
    const example = operation.example?.[name];
    return [
      {
        name,
        in: place,
        required: isInPath || (input.required ?? []).includes(name),
        ...(typeof description === "string" && { description }),
        schema,
        ...(example !== undefined && { example }),
      },
    ];
  });
}

/** The body is the input without the path parameters. */
function bodyOf(operation: Operation, input: ObjectSchema): OpenApiOperation["requestBody"] {
  const properties = Object.entries(input.properties ?? {}).filter(([name]) => !operation.path.includes(`{${name}}`));
  if (!input.anyOf && properties.length === 0) return undefined;
  const required = (input.required ?? []).filter((name) => !operation.path.includes(`{${name}}`));
  const schema = input.anyOf ? input : { ...input, properties: Object.fromEntries(properties), required };
  const example = operation.example;
  return {
    required: input.anyOf !== undefined || required.length > 0,
    content: { "application/json": { schema, ...(example && { example }) } },
  };
}

function describeOperation(operation: Operation, components: Record<string, JsonSchema>): OpenApiOperation {
  const { input, answer, method, procedure, summary, stable } = operation;
  const fields = input
    ? (hoisted(z.toJSONSchema(input, { io: "input", unrepresentable: "any" }), components) as ObjectSchema)
    : {};
  const takesBody = method !== "GET" && method !== "DELETE";
  const parameters = [...parametersOf(operation, fields, "path"), ...(takesBody ? [] : parametersOf(operation, fields, "query"))];
  const requestBody = takesBody ? bodyOf(operation, fields) : undefined;
  const schema = answer ? answerSchema(answer, components) : {};
  return {
    operationId: procedure,
    summary,
    tags: [procedure.split(".")[0] ?? procedure],
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody && { requestBody }),
    responses: {
      200: { description: "OK", content: { "application/json": { schema } } },
      ...(stable && { 304: { description: "Not modified" } }),
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}

const documents = new Map<string, OpenApiDocument>();

/** Cached per version. */
export function openApiDocument(version: string): OpenApiDocument {
  const known = documents.get(version);
  if (known) return known;
  const schemas: Record<string, JsonSchema> = { Problem: PROBLEM };
  const paths: OpenApiDocument["paths"] = {};
  for (const operation of OPERATIONS) {
    const path = `/api${operation.path}`;
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describeOperation(operation, schemas) };
  }
  const statuses = Object.values(ERROR_TABLE).map(({ status, title }) => `${status} ${title.toLowerCase()}`);
  const document: OpenApiDocument = {
    openapi: "3.1.0",
    info: { title: "Hostscope", version, description: DESCRIPTION, license: { name: "MIT", identifier: "MIT" } },
    paths: { ...paths, ...EXTRA_PATHS },
    components: {
      schemas,
      responses: {
        Problem: {
          description: statuses.join(", "),
          content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
    },
  };
  documents.set(version, document);
  return document;
}
