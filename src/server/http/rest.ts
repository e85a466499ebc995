/** Serves every procedure that has a REST form: one handler, one schema, one error table. */
import { TRPCError } from "@trpc/server";
import { ZodError } from "zod";
import { AppError, isAppError } from "~/domain/errors";
import { appRouter, createCaller } from "../api/root";
import { appErrorOf, type Context, type RestMeta } from "../api/trpc";
import type { Runtime } from "../runtime";
import { ACCESS_HEADER, callerFrom } from "./access";
import { problemOf, problemResponse } from "./problem";

interface Operation extends RestMeta {
  /** The procedure's name, `metrics.history`. */
  procedure: string;
  pattern: RegExp;
  takesInput: boolean;
}

interface ProcedureDefinition {
  _def: { meta?: { rest?: RestMeta }; inputs: readonly unknown[] };
}

function listOperations(): Operation[] {
  const procedures = appRouter._def.procedures as unknown as Record<string, ProcedureDefinition>;
  return Object.entries(procedures).flatMap(([procedure, { _def }]) => {
    const { rest } = _def.meta ?? {};
    if (!rest) return [];
    const pattern = new RegExp(`^${rest.path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
    return [{ ...rest, procedure, pattern, takesInput: _def.inputs.length > 0 }];
  });
}

/** Every REST operation, in the order of the routers. */
const OPERATIONS: readonly Operation[] = listOperations();

type Fields = Record<string, unknown>;

/** The query's fields; one that is given twice becomes a list, which no schema takes by accident. */
function queryFields(search: URLSearchParams): Fields {
  const fields: Fields = Object.create(null) as Fields;
  for (const name of new Set(search.keys())) {
    const values = search.getAll(name);
    fields[name] = values.length === 1 ? values[0] : values;
  }
  return fields;
}

async function bodyFields(request: Request): Promise<Fields> {
  if (request.method === "GET" || request.method === "HEAD" || request.method === "DELETE") return {};
  const text = await request.text();
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return { items: value };
    if (value && typeof value === "object") return value as Fields;
  } catch {
    throw new AppError("bad_request", "the body is not JSON");
  }
  throw new AppError("bad_request", "the body must be a JSON object");
}

function decodePath(fields: Record<string, string> | undefined): Fields {
  try {
    return Object.fromEntries(Object.entries(fields ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch {
    throw new AppError("bad_request", "the address holds a broken % escape");
  }
}

async function call(operation: Operation, input: Fields, context: Context): Promise<unknown> {
  const names = operation.procedure.split(".");
  let target: unknown = createCaller(context);
  for (const name of names) target = (target as Record<string, unknown>)[name];
  if (operation.takesInput) return (target as (fields: Fields) => Promise<unknown>)(input);
  const [unexpected] = Object.keys(input);
  if (unexpected !== undefined) {
    throw new AppError("bad_request", `${operation.path} takes no parameters`, [
      { parameter: unexpected, detail: "is not known" },
    ]);
  }
  return (target as () => Promise<unknown>)();
}

/** One field of the input that is wrong, as a person would say it. */
function fieldErrors(error: ZodError): { parameter: string; detail: string }[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return issue.keys.map((parameter) => ({ parameter, detail: "is not known" }));
    return [{ parameter: issue.path.join(".") || "body", detail: issue.message.replace(/^Invalid input: /, "") }];
  });
}

function toAppError(error: unknown, log: Runtime["log"]): AppError {
  if (isAppError(error)) return error;
  if (error instanceof TRPCError) {
    if (error.cause instanceof ZodError) {
      const fields = fieldErrors(error.cause);
      const [first] = fields;
      return new AppError("bad_request", first ? `${first.parameter}: ${first.detail}` : "the request is not valid", fields);
    }
    return appErrorOf(error);
  }
  log.error({ err: error }, "a request failed");
  return new AppError("internal", "something went wrong here; logs/monitor.log says what");
}

/** Answers a request below /api. `path` begins with a slash and has no /api. */
export async function serveRest(request: Request, path: string, runtime: Runtime): Promise<Response> {
  const caller = callerFrom(request.headers.get(ACCESS_HEADER), runtime.accessSecret);
  if (caller === null)
    return problemResponse(problemOf(new AppError("forbidden", "requests come in through the front door only")));
  const here = OPERATIONS.filter(({ pattern }) => pattern.test(path));
  if (here.length === 0) {
    return problemResponse(problemOf(new AppError("not_found", `there is no /api${path.slice(0, 200)}`)));
  }
  const methods = new Set(here.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method])));
  const allow = [...methods, "OPTIONS"].join(", ");
  if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
  const method = request.method === "HEAD" ? "GET" : request.method;
  const operation = here.find((one) => one.method === method);
  if (!operation) {
    const problem = {
      type: "urn:hostscope:problem:method_not_allowed",
      title: "Method not allowed",
      status: 405,
      detail: `use ${[...methods].join(" or ")}`,
    };
    return problemResponse(problem, { allow });
  }
  try {
    const input = {
      ...queryFields(new URL(request.url).searchParams),
      ...(await bodyFields(request)),
      ...decodePath(operation.pattern.exec(path)?.groups),
    };
    const answer = await call(operation, input, { runtime, ...caller });
    return new Response(request.method === "HEAD" ? null : JSON.stringify(answer), {
      headers: { "content-type": "application/json", "cache-control": "no-store" },
    });
  } catch (error) {
    return problemResponse(problemOf(toAppError(error, runtime.log)));
  }
}
