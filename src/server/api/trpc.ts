import { initTRPC, TRPCError } from "@trpc/server";
import type { z } from "zod";
import type { Actor, Role } from "~/domain/access";
import { AppError, ERROR_TABLE, isAppError } from "~/domain/errors";
import type { Runtime } from "../runtime";

export interface Context {
  runtime: Runtime;
  role: Role;
  actor: Actor;
  /** The ETag that a write was made on. */
  ifMatch?: string | undefined;
  /** Under which the log has the request. */
  requestId?: string | undefined;
}

/** Gives a procedure its REST form. `{name}` in the path is a field of the input; the rest comes from the query or the body. */
export interface RestMeta {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: `/${string}`;
  /** One line for the OpenAPI document and docs/api.md. */
  summary: string;
  /**
   * The answer seldom changes: it gets an ETag, and a client that has it already a 304. That of "settings" is the configuration file's,
   * and writes take it as If-Match.
   */
  stable?: true | "settings";
  /** An input that works as it stands, for the documents and the tests made from them. */
  example?: Readonly<Record<string, unknown>>;
}

export interface Meta {
  rest?: RestMeta;
  /** Who may call it; set by `viewerProcedure` and `adminProcedure`. */
  role?: Role;
  /** False for a write that is data and no change: it is not worth a line in the audit log. */
  audited?: false;
}

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    errorFormatter: ({ shape, error, ctx }) => {
      const { code } = appErrorOf(error);
      // The unknown tells nothing: no message of ours, no stack.
      const message = code === "internal" ? ERROR_TABLE.internal.title : shape.message;
      const httpStatus = isAppError(error.cause) ? ERROR_TABLE[code].status : shape.data.httpStatus;
      return { ...shape, message, data: { code: shape.data.code, httpStatus, requestId: ctx?.requestId ?? null } };
    },
  });

/** What went wrong in a procedure, in our own words. */
export function appErrorOf(error: TRPCError): AppError {
  if (isAppError(error.cause)) return error.cause;
  const known = (Object.keys(ERROR_TABLE) as (keyof typeof ERROR_TABLE)[]).find((key) => ERROR_TABLE[key].trpc === error.code);
  // What tRPC itself refuses (a media type, a method) is the caller's mistake.
  const code = known ?? "bad_request";
  return new AppError(code, code === "internal" ? ERROR_TABLE.internal.title : error.message);
}

const appErrors = t.middleware(async ({ next, ctx, path }) => {
  const result = await next();
  if (result.ok) return result;
  const { cause } = result.error;
  if (isAppError(cause)) {
    throw new TRPCError({ code: ERROR_TABLE[cause.code].trpc, message: cause.message, cause });
  }
  if (result.error.code === "INTERNAL_SERVER_ERROR")
    ctx.runtime.log.error({ err: result.error.cause ?? result.error, requestId: ctx.requestId }, `${path} failed`);
  return result;
});

export const { router, createCallerFactory } = t;

const NAMING = ["id", "name", "channel", "metric"];

/** What a write is about, as its input names it; never the rest of the input, which may hold a secret. */
function targetOf(input: unknown): string {
  if (Array.isArray(input)) return `${input.length} items`;
  const fields = new Map(Object.entries((input as object | undefined) ?? {}));
  const named = NAMING.map((field) => fields.get(field)).find((value) => typeof value === "string");
  return String(named ?? "");
}

/** A call without input has an empty body, which is no JSON. */
function rawInput(read: () => Promise<unknown>): Promise<unknown> {
  return read().catch(() => undefined);
}

/** A line in the audit log for every write, whether it was allowed and worked or not. */
const auditLog = t.middleware(async ({ ctx, next, path, type, meta, getRawInput }) => {
  const result = await next();
  if (type !== "mutation" || meta?.audited === false) return result;
  ctx.runtime.audit.record({
    at: Date.now(),
    actor: ctx.actor.name,
    address: ctx.actor.address,
    action: path,
    target: targetOf(await rawInput(getRawInput)),
    result: result.ok ? "ok" : appErrorOf(result.error).code,
  });
  return result;
});

/**
 * The schema of an answer. The compiler holds the procedure to it, the documents are made from it and tests validate against it;
 * requests are not slowed by it: a table of a thousand processes is not checked row by row.
 */
export function answers<Schema extends z.ZodType>(schema: Schema) {
  const passed = (value: unknown) => value as z.output<Schema>;
  return { schema, _input: undefined as z.input<Schema>, _output: undefined as z.output<Schema>, parse: passed };
}

/** Anyone who may see this machine. */
export const viewerProcedure = t.procedure.meta({ role: "viewer" }).use(auditLog).use(appErrors);

/** Whoever may change something. */
export const adminProcedure = viewerProcedure.meta({ role: "admin" }).use(({ ctx, next }) => {
  if (ctx.role !== "admin") throw new TRPCError({ code: "FORBIDDEN", message: "this needs the admin role" });
  return next();
});
