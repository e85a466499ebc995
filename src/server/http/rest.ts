/** Serves every procedure that has a REST form, with one handler and one error table. */
import { TRPCError } from "@trpc/server";
import { AppError, isAppError } from "~/domain/errors";
import { createCaller } from "../api/root";
import { appErrorOf, type Context } from "../api/trpc";
import type { Runtime } from "../runtime";
import { ACCESS_HEADER, callerFrom } from "./access";
import { jsonResponse } from "./answer";
import { type Operation, operationsAt } from "./operations";
import { methodNotAllowed, problemOf, problemResponse } from "./problem";
import { withoutBase } from "./routes";

type Fields = Record<string, unknown>;

/** A parameter that is given twice becomes a list, which schemas reject unless they expect one. */
export function queryFields(search: URLSearchParams): Fields {
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
    throw new AppError("bad_request", "The body is not valid JSON.");
  }
  throw new AppError("bad_request", "The body must be a JSON object.");
}

function decodePath(fields: Record<string, string> | undefined): Fields {
  try {
    return Object.fromEntries(Object.entries(fields ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch {
    throw new AppError("bad_request", "The URL contains an invalid % escape.");
  }
}

async function call(
  operation: Operation,
  input: Fields,
  { signal, ...context }: Context & { signal: AbortSignal },
): Promise<unknown> {
  const names = operation.procedure.split(".");
  let target: unknown = createCaller(context, { signal });
  for (const name of names) target = (target as Record<string, unknown>)[name];
  if (operation.input) return (target as (fields: Fields) => Promise<unknown>)(input);
  const [unexpected] = Object.keys(input);
  if (unexpected !== undefined) {
    throw new AppError("bad_request", `${operation.path} takes no parameters.`, [
      { parameter: unexpected, detail: "is not a known field" },
    ]);
  }
  return (target as () => Promise<unknown>)();
}

export function toAppError(error: unknown, log: Runtime["log"]): AppError {
  if (isAppError(error)) return error;
  if (error instanceof TRPCError) return appErrorOf(error);
  log.error({ err: error }, "a request failed");
  return new AppError("internal", "Internal error. See logs/monitor.log.");
}

/** `Link: rel="next"` when a list has another page, as the client asks for it. `page.next` is the cursor of that page. */
function linkHeader(answer: unknown, request: Request, basePath: string): Record<string, string> {
  const next = (answer as { page?: { next?: unknown } } | null)?.page?.next;
  if (typeof next !== "string") return {};
  const { pathname, searchParams: query } = new URL(request.url);
  query.set("cursor", next);
  return { link: `<${basePath}${withoutBase(pathname, basePath)}?${query}>; rel="next"` };
}

/** Serves /api. `path` starts with a slash and comes without that prefix. */
export async function serveRest(request: Request, path: string, runtime: Runtime): Promise<Response> {
  const caller = callerFrom(request.headers.get(ACCESS_HEADER), runtime.accessSecret);
  const refuse = (error: AppError) => problemResponse(problemOf(error), request);
  if (caller === null) return refuse(new AppError("forbidden", "Requests must come through the front door."));
  const here = operationsAt(path);
  if (here.length === 0) {
    return refuse(new AppError("not_found", `There is no /api${path.slice(0, 200)}. See /api/docs for what there is.`));
  }
  const methods = new Set(here.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method])));
  const allow = [...methods, "OPTIONS"].join(", ");
  if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
  const method = request.method === "HEAD" ? "GET" : request.method;
  const operation = here.find((one) => one.method === method);
  if (!operation) return methodNotAllowed(request, methods, allow);
  try {
    const url = new URL(request.url);
    // Which machine it is about has been decided.
    url.searchParams.delete("machine");
    const input = {
      ...queryFields(url.searchParams),
      ...(await bodyFields(request)),
      ...decodePath(operation.pattern.exec(path)?.groups),
    };
    const ifMatch = request.headers.get("if-match")?.replace(/^W\//, "");
    const answer = await call(operation, input, {
      runtime,
      ...caller,
      ifMatch: ifMatch === "*" ? undefined : ifMatch,
      signal: request.signal,
      sendsText: true,
    });
    return jsonResponse(answer, request, {
      stable: operation.stable !== undefined,
      etag: operation.stable === "settings" ? runtime.settings.etag() : undefined,
      headers: linkHeader(answer, request, runtime.basePath),
    });
  } catch (error) {
    return refuse(toAppError(error, runtime.log));
  }
}
