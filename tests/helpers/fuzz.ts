/** Requests generated from the OpenAPI document: some valid, some nearly valid, some nonsense. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020";
import fc from "fast-check";
import type { JsonSchema, OpenApiDocument, OpenApiOperation } from "../../src/server/http/openapi-types";
import { goodInputs, type Input } from "./fuzz-inputs";
import { type Answer, send } from "./login";
import { eventually } from "./server";

/** A token has no password; `access.test.ts` tests this operation. */
const NEEDS_LOGIN = /changePassword/;

export interface FuzzResult {
  requests: number;
  ok: Map<string, number>;
  /** 5xx answers, and answers that do not match the document. */
  faults: string[];
  statuses: Map<number, number>;
}

interface FuzzOptions {
  port: number;
  /** Sent with each request. */
  headers: Record<string, string>;
  requests: number;
  seed: number;
  /** 2xx answers that each operation must reach; asks at most this many more times to get there. */
  okEach: number;
}

interface Described extends OpenApiOperation {
  path: string;
  method: string;
}

const HOSTILE: readonly unknown[] = [
  null,
  "",
  -1,
  0,
  1e308,
  Number.MAX_SAFE_INTEGER,
  true,
  [],
  {},
  "__proto__",
  "constructor",
  "../../../etc/passwd",
  "a\u0000b",
  "'; DROP TABLE marks; --",
  "<script>alert(1)</script>",
  "\u202e\ud83d\ude00",
  "x".repeat(3000),
  "9999-99-99T99:99:99Z",
  [[[[[[[[[[]]]]]]]]]],
  { __proto__: { role: "admin" }, constructor: 1 },
];

function fromPattern(pattern: unknown): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(String(pattern)));
  } catch {
    return fc.string();
  }
}

/** Generates values that match a schema. */
function arbitraryOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { type, anyOf, minimum, maximum, examples } = schema;
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]));
  if ("const" in schema) return fc.constant(schema.const);
  if (Array.isArray(examples)) return fc.constantFrom(...(examples as unknown[]));
  if (Array.isArray(anyOf)) return fc.oneof(...anyOf.map((one) => arbitraryOf(one as JsonSchema)));
  const limits = { min: Number(minimum ?? -1e6), max: Math.min(Number(maximum ?? 1e6), 1e6) };
  if (type === "integer") return fc.integer({ min: Math.max(limits.min, -1e6), max: limits.max });
  if (type === "number") return fc.double({ ...limits, noNaN: true });
  if (type === "boolean") return fc.boolean();
  if (type === "null") return fc.constant(null);
  if (type === "array") return fc.array(arbitraryOf((schema.items ?? {}) as JsonSchema), { maxLength: 4 });
  if (type === "object") return objectOf(schema);
  if (type === "string") return schema.pattern === undefined ? fc.string() : fromPattern(schema.pattern);
  return fc.jsonValue();
}

function objectOf(schema: JsonSchema): fc.Arbitrary<Input> {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  const required = (schema.required ?? []) as string[];
  const fields = Object.fromEntries(properties.map(([name, field]) => [name, arbitraryOf(field)]));
  return fc.record(fields, { requiredKeys: required.filter((name) => name in fields) }) as fc.Arbitrary<Input>;
}

/** The schema of all inputs, whichever part of the request they belong to. */
function inputSchema({ parameters = [], requestBody }: Described): JsonSchema {
  const body = requestBody?.content["application/json"]?.schema;
  const place = Object.fromEntries(parameters.map(({ name, schema }) => [name, schema]));
  const required = parameters.filter((one) => one.required).map(({ name }) => name);
  if (body && !body.properties) return body;
  return {
    type: "object",
    properties: { ...(body?.properties as object | undefined), ...place },
    required: [...((body?.required as string[] | undefined) ?? []), ...required],
  };
}

/** Nearly valid: one field is missing, extra or hostile, or the whole input is. */
function spoiled(input: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(input, fc.constantFrom(...HOSTILE), fc.nat(), fc.constantFrom("replace", "drop", "add", "whole"))
    .map(([value, hostile, place, how]) => {
      if (how === "whole" || value === null || typeof value !== "object" || Array.isArray(value)) return hostile;
      const names = Object.keys(value);
      const name = names[place % Math.max(1, names.length)] ?? "unknown";
      if (how === "add") return { ...value, nonsense: hostile };
      if (how === "replace") return { ...value, [name]: hostile };
      return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
    });
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** Distributes an input over path, query and body. */
function requestOf(operation: Described, input: unknown): { target: string; body: string | undefined } {
  const fields = new Map(Object.entries((typeof input === "object" && input !== null ? input : {}) as Input));
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const text = asText(fields.get(name) ?? "nothing").slice(0, 500) || "nothing";
    fields.delete(name);
    // A lone surrogate cannot be encoded in a URL.
    return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "?")).replaceAll(".", "%2E");
  });
  const writes = operation.method !== "get" && operation.method !== "delete";
  if (writes) {
    const body = typeof input === "object" && input !== null && !Array.isArray(input) ? Object.fromEntries(fields) : input;
    return { target: path, body: operation.requestBody || fields.size > 0 ? JSON.stringify(body) : undefined };
  }
  const query = new URLSearchParams();
  for (const [name, value] of fields) query.append(name, asText(value).slice(0, 1500));
  return { target: fields.size > 0 ? `${path}?${query}` : path, body: undefined };
}

/** Checks an answer against the document; null when it matches. */
class Checker {
  private readonly ajv = new Ajv2020({ strict: false, validateFormats: false });
  private readonly known = new Map<string, ValidateFunction>();

  constructor(document: OpenApiDocument) {
    this.ajv.addSchema({ $id: "hostscope", components: document.components });
  }

  check(operation: Described, { status, headers, body }: Answer): string | null {
    if (status >= 500) return `answered ${status}: ${body.slice(0, 300)}`;
    const type = String(headers["content-type"] ?? "").split(";")[0] ?? "";
    if (headers["x-request-id"] === undefined) return "has no request id";
    if (/\n\s+at |node_modules|\/src\//.test(body) && status >= 400) return `tells of the program: ${body.slice(0, 300)}`;
    if (status >= 400) {
      if (type !== "application/problem+json") return `a ${status} as ${type}`;
      return this.matches("problem", { $ref: "hostscope#/components/schemas/Problem" }, body);
    }
    const promised = (operation.responses[200] as { content?: Record<string, { schema: JsonSchema }> }).content ?? {};
    const schema = promised[type]?.schema;
    if (!schema) return `promised ${Object.keys(promised).join(", ")}, answered ${type}`;
    if (type !== "application/json" || schema.type === "string") return null;
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"hostscope#/components/');
    return this.matches(operation.operationId, JSON.parse(text) as JsonSchema, body);
  }

  private matches(name: string, schema: JsonSchema, body: string): string | null {
    let validate = this.known.get(name);
    if (!validate) {
      validate = this.ajv.compile(schema);
      this.known.set(name, validate);
    }
    if (validate(JSON.parse(body))) return null;
    return `not its schema: ${this.ajv.errorsText(validate.errors)} in ${body.slice(0, 200)}`;
  }
}

/** Responses that never end: check only their start. */
const ENDLESS = new Set(["stream"]);
/** Each makes a report in a process of its own: run one at a time, and only as many as needed. */
const HEAVY = new Set(["exportReport", "reports.make", "reports.run", "reports.remove"]);
const AT_ONCE = 6;

export async function fuzz({ port, headers, requests, seed, okEach }: FuzzOptions): Promise<FuzzResult> {
  const document = JSON.parse((await send(port, "/api/openapi.json", { headers })).body) as OpenApiDocument;
  const operations: Described[] = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, path, method })),
  );
  const checker = new Checker(document);
  const good = await goodInputs(port, headers);
  const result: FuzzResult = {
    requests: 0,
    ok: new Map(
      operations.filter(({ operationId }) => !NEEDS_LOGIN.test(operationId)).map(({ operationId }) => [operationId, 0]),
    ),
    faults: [],
    statuses: new Map(),
  };

  async function ask(operation: Described, input: unknown): Promise<void> {
    const { target, body } = requestOf(operation, input);
    const what = `${operation.method.toUpperCase()} ${target.slice(0, 200)} ${body?.slice(0, 200) ?? ""}`;
    const answer = await send(port, target, {
      method: operation.method.toUpperCase(),
      headers,
      ...(body !== undefined && { body }),
    }).catch((error: unknown) => String(error));
    if (typeof answer === "string") {
      result.faults.push(`${what} (${target.length} characters): ${answer}`);
      return;
    }
    result.requests++;
    result.statuses.set(answer.status, (result.statuses.get(answer.status) ?? 0) + 1);
    const isOk = answer.status >= 200 && answer.status < 300;
    if (isOk && result.ok.has(operation.operationId))
      result.ok.set(operation.operationId, (result.ok.get(operation.operationId) ?? 0) + 1);
    const fault = ENDLESS.has(operation.operationId) && isOk ? null : checker.check(operation, answer);
    if (fault) result.faults.push(`${what}: ${fault}`);
  }

  let heavyTurn: Promise<void> = Promise.resolve();
  /** Waits until the operation's report is finished before the next heavy one starts. */
  function askHeavy(operation: Described, input: () => Promise<unknown>): Promise<void> {
    const turn = heavyTurn.then(async () => {
      await ask(operation, await input());
      await eventually(async () => {
        const { body } = await send(port, "/api/reports?limit=20", { headers });
        return !body.includes('"finishedAt":null');
      });
    });
    heavyTurn = turn.catch(() => {});
    return turn;
  }

  const isHeavy = ({ operationId }: Described) => HEAVY.has(operationId);
  const heavyRounds = Math.ceil(okEach * 2.1);
  const heavyCount = operations.filter(isHeavy).length;
  const rounds = Math.ceil((requests - heavyCount * heavyRounds) / (operations.length - heavyCount));
  const plan = operations.flatMap((operation, index) => {
    const schema = inputSchema(operation);
    const numRuns = isHeavy(operation) ? heavyRounds : rounds;
    const wild = fc.sample(fc.oneof(arbitraryOf(schema), spoiled(arbitraryOf(schema))), { numRuns, seed: seed + index });
    return wild.map((input, round) => {
      // Every other request should succeed.
      const chosen = async () => (round % 2 === 0 ? await good(operation) : input);
      const turn = () => (isHeavy(operation) ? askHeavy(operation, chosen) : chosen().then((one) => ask(operation, one)));
      return { turn, place: (round + index / operations.length) / numRuns };
    });
  });
  // Interleave the operations, so that each sees what the others have changed.
  const mixed = plan.sort((a, b) => a.place - b.place);
  let next = 0;
  const work = async () => {
    for (let mine = next++; mine < mixed.length; mine = next++) await mixed[mine]?.turn();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (const operation of operations) {
    for (let more = 0; more < okEach && (result.ok.get(operation.operationId) ?? 0) < okEach; more++) {
      await (isHeavy(operation) ? askHeavy(operation, () => good(operation)) : ask(operation, await good(operation)));
    }
  }
  return result;
}
