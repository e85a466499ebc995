import { initTRPC, TRPCError } from "@trpc/server";
import { ZodError, type z } from "zod";
import type { Actor, AuditChange, TokenRole } from "~/domain/access";
import { AppError, ERROR_TABLE, isAppError } from "~/domain/errors";
import { fieldErrors } from "~/domain/invalid-input.schema";
import type { Runtime } from "../runtime";

export interface Context {
  runtime: Runtime;
  role: TokenRole;
  actor: Actor;
  /** The ETag of the version that a write is based on. */
  ifMatch?: string | undefined;
  /** What all calls of one request may read together, in series times points; without it, each call has its own limit only. */
  budget?: { cells: number };
  /** The id of the request in the log. */
  requestId?: string | undefined;
  /** The caller sends the answer as JSON and does not look into it: a large one may be JSON already. */
  sendsText?: true;
}

/**
 * Gives a procedure a REST form. `{name}` in the path is a field of the input; the other fields come from the query or the body.
 */
export interface RestMeta {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: `/${string}`;
  /** One line for the OpenAPI document and docs/api.md. */
  summary: string;
  /**
   * The response seldom changes: it gets an ETag, and a client that already has it gets a 304. With "settings" the ETag is that
   * of the configuration file, and writes accept it as If-Match.
   */
  stable?: true | "settings";
  /** A valid input, for the documents and the tests that are generated from them. */
  example?: Readonly<Record<string, unknown>>;
}

export interface Meta {
  rest?: RestMeta;
  /** The role needed to call it. Administrators may call all, viewers none of those for pushers. */
  role?: TokenRole;
  /** Whether it needs a login on this machine too. */
  login?: true;
  /** False keeps a mutation that changes no setting out of the audit log. */
  audited?: false;
}

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    errorFormatter: ({ shape, error, ctx }) => {
      const { code } = appErrorOf(error);
      // Do not expose the message or the stack of an internal error.
      const message = code === "internal" ? ERROR_TABLE.internal.title : shape.message;
      const httpStatus = isAppError(error.cause) ? ERROR_TABLE[code].status : shape.data.httpStatus;
      return { ...shape, message, data: { code: shape.data.code, httpStatus, requestId: ctx?.requestId ?? null } };
    },
  });

/** The error of an input that its schema does not take: names the first field that is wrong, and lists all of them. */
export function invalidInput(error: ZodError): AppError {
  const fields = fieldErrors(error);
  const [first] = fields;
  return new AppError("bad_request", first ? `${first.parameter}: ${first.detail}` : "The request is not valid.", fields);
}

/** Maps an error of a procedure to an AppError. */
export function appErrorOf(error: TRPCError): AppError {
  if (isAppError(error.cause)) return error.cause;
  if (error.cause instanceof ZodError) return invalidInput(error.cause);
  const known = (Object.keys(ERROR_TABLE) as (keyof typeof ERROR_TABLE)[]).find((key) => ERROR_TABLE[key].trpc === error.code);
  // What tRPC itself rejects (a media type, a method) is the client's mistake.
  const code = known ?? "bad_request";
  return new AppError(code, code === "internal" ? ERROR_TABLE.internal.title : error.message);
}

const appErrors = t.middleware(async ({ next, ctx, path }) => {
  const result = await next();
  if (result.ok) return result;
  const { cause } = result.error;
  if (isAppError(cause) || cause instanceof ZodError) {
    const known = appErrorOf(result.error);
    throw new TRPCError({ code: ERROR_TABLE[known.code].trpc, message: known.message, cause: known });
  }
  if (result.error.code === "INTERNAL_SERVER_ERROR")
    ctx.runtime.log.error({ err: result.error.cause ?? result.error, requestId: ctx.requestId }, `${path} failed`);
  return result;
});

export const { router, createCallerFactory } = t;

const NAMING = ["id", "name", "channel", "metric"];

/** The target of a write for the audit log. Never logs the rest of the input, which may contain a secret. */
function targetOf(input: unknown): string {
  if (Array.isArray(input)) return `${input.length} items`;
  const fields = new Map(Object.entries((input as object | undefined) ?? {}));
  const named = NAMING.map((field) => fields.get(field)).find((value) => typeof value === "string");
  return String(named ?? "");
}

/** A call without input has an empty body, which is not valid JSON. */
function rawInput(read: () => Promise<unknown>): Promise<unknown> {
  return read().catch(() => undefined);
}

/** Records every write in the audit log, including those that are denied or fail. */
const auditLog = t.middleware(async ({ ctx, next, path, type, meta, getRawInput }) => {
  const changes: AuditChange[] = [];
  const result = await next({ ctx: { noteChanges: (...done: AuditChange[]) => void changes.push(...done) } });
  if (type !== "mutation" || meta?.audited === false) return result;
  ctx.runtime.audit.record({
    at: Date.now(),
    actor: ctx.actor.name,
    address: ctx.actor.address,
    action: path,
    target: targetOf(await rawInput(getRawInput)),
    result: result.ok ? "ok" : appErrorOf(result.error).code,
    changes,
  });
  return result;
});

/**
 * The schema of a response. The compiler checks the procedure against it, the documents are generated from it and tests validate
 * against it. Requests do not run it: that would check a table of a thousand processes row by row.
 */
export function outputSchema<Schema extends z.ZodType>(schema: Schema) {
  const passed = (value: unknown) => value as z.output<Schema>;
  return { schema, _input: undefined as z.input<Schema>, _output: undefined as z.output<Schema>, parse: passed };
}

/** The context of a procedure. */
export interface CallContext extends Context {
  /** Says for the audit log what this call has changed. */
  noteChanges(...changes: AuditChange[]): void;
}

/** Checks the role that a procedure says it needs: without one, nobody may call it. */
const roleCheck = t.middleware(({ ctx, next, meta }) => {
  const needed = meta?.role;
  if (needed !== undefined && (ctx.role === "admin" || ctx.role === needed)) return next();
  throw new AppError(
    "forbidden",
    needed === "viewer" || needed === "pusher" ? `This needs the ${needed} role.` : "Only admins can do this.",
  );
});

/** An incident file is shown as it is, and another machine as the engine knows it. */
const readOnly = t.middleware(({ ctx, next, type }) => {
  const { incident, machine } = ctx.runtime;
  if (type !== "mutation" || (incident === null && machine === null)) return next();
  if (machine !== null)
    throw new AppError("forbidden", `${machine.name} is shown from the engine. Open Hostscope on ${machine.name} to change it.`);
  throw new AppError("forbidden", "This is a saved incident file. Nothing can be changed.");
});

const procedure = t.procedure.use(auditLog).use(appErrors).use(roleCheck).use(readOnly);

/** For viewers and administrators. */
export const viewerProcedure = procedure.meta({ role: "viewer" });

/** For tokens that only send, and administrators. */
export const pusherProcedure = procedure.meta({ role: "pusher" });

/** For administrators only. */
export const adminProcedure = procedure.meta({ role: "admin" });

/** For administrators who have logged in or send a token: a user or token outlives the open mode. */
export const loggedInProcedure = adminProcedure.meta({ login: true }).use(({ ctx, next }) => {
  if (ctx.actor.kind !== "local") return next();
  const detail =
    "Users and tokens can only be added here after a login. On the machine itself, run `hostscope user add NAME` or `hostscope token create NAME`.";
  throw new AppError("forbidden", detail);
});
