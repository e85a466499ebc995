/** Serves every procedure that has a REST form, with one handler and one error table. */
import { TRPCError } from "@trpc/server";
import { ZodError, type z } from "zod";
import { AppError, isAppError } from "~/domain/errors";
import { createCaller } from "../api/root";
import { appErrorOf, type Context } from "../api/trpc";
import type { Runtime } from "../runtime";
import { ACCESS_HEADER, callerFrom } from "./access";
import { jsonResponse } from "./answer";
import { OPERATIONS, type Operation } from "./operations";
import { methodNotAllowed, problemOf, problemResponse } from "./problem";

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
    throw new AppError("bad_request", `${operation.path} takes no parameters`, [
      { parameter: unexpected, detail: "is not known" },
    ]);
  }
  return (target as () => Promise<unknown>)();
}

type Issue = z.core.$ZodIssue;

/** Of something that may have several forms: what is wrong in the form that it comes nearest to. */
function nearest(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
  const isOfOtherKind = (issues: Issue[]) => issues.some(({ code, path }) => code === "invalid_type" && path.length === 0);
  const lacksMost = (issues: Issue[]) =>
    issues.filter(({ code }) => code === "invalid_type" || code === "unrecognized_keys").length;
  const forms = issue.errors.map((issues) => issues.flatMap(nearest));
  const [best = []] = forms.sort(
    (a, b) => Number(isOfOtherKind(a)) - Number(isOfOtherKind(b)) || lacksMost(a) - lacksMost(b) || a.length - b.length,
  );
  return best.map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
}

/** The invalid fields of the input, each with a readable reason. */
export function fieldErrors(error: ZodError): { parameter: string; detail: string }[] {
  return error.issues.flatMap(nearest).flatMap((issue) => {
    const under = (key: string) => [...issue.path, key].join(".");
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => ({ parameter: under(key), detail: "is not known" }));
    return [{ parameter: issue.path.join(".") || "body", detail: issue.message.replace(/^Invalid input: /, "") }];
  });
}

export function toAppError(error: unknown, log: Runtime["log"]): AppError {
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

/** `Link: rel="next"` when a list has another page. `page.next` is the cursor of that page. */
function linkHeader(answer: unknown, url: URL): Record<string, string> {
  const next = (answer as { page?: { next?: unknown } } | null)?.page?.next;
  if (typeof next !== "string") return {};
  const query = new URLSearchParams(url.searchParams);
  query.set("cursor", next);
  return { link: `<${url.pathname}?${query}>; rel="next"` };
}

/** Serves /api. `path` starts with a slash and comes without that prefix. */
export async function serveRest(request: Request, path: string, runtime: Runtime): Promise<Response> {
  const caller = callerFrom(request.headers.get(ACCESS_HEADER), runtime.accessSecret);
  const refuse = (error: AppError) => problemResponse(problemOf(error), request);
  if (caller === null) return refuse(new AppError("forbidden", "requests come in through the front door only"));
  const here = OPERATIONS.filter(({ pattern }) => pattern.test(path));
  if (here.length === 0) {
    return refuse(new AppError("not_found", `there is no /api${path.slice(0, 200)}; GET /api/docs lists what there is`));
  }
  const methods = new Set(here.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method])));
  const allow = [...methods, "OPTIONS"].join(", ");
  if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
  const method = request.method === "HEAD" ? "GET" : request.method;
  const operation = here.find((one) => one.method === method);
  if (!operation) return methodNotAllowed(request, methods, allow);
  try {
    const url = new URL(request.url);
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
      headers: linkHeader(answer, url),
    });
  } catch (error) {
    return refuse(toAppError(error, runtime.log));
  }
}
