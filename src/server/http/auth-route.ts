/** Login and logout. Of better-auth's endpoints, only these three are exposed. */
import PQueue from "p-queue";
import { USER_NAME } from "~/domain/access";
import { AppError, isAppError } from "~/domain/errors";
import type { Runtime } from "../runtime";
import { ACCESS_HEADER, type ForwardedAccess, readAccessHeader } from "./access";
import { clientKey } from "./client-address";
import { problemOf, problemResponse } from "./problem";

/** A password is checked with scrypt, which takes a core for a tenth of a second and 16 MiB. */
const CHECKS_AT_ONCE = 2;
/** Checks that may wait; those of devices that have logged in before go first. */
const MAX_WAITING = 20;
const MAX_WAITING_WITH_DEVICE = 60;
const DEVICE_SECONDS = 400 * 86_400;

const queues = new WeakMap<Runtime, PQueue>();

function checksOf(runtime: Runtime): PQueue {
  const known = queues.get(runtime) ?? new PQueue({ concurrency: CHECKS_AT_ONCE });
  queues.set(runtime, known);
  return known;
}

const deviceCookie = (secure: boolean) => (secure ? "__Secure-hostscope-device" : "hostscope-device");

function cookieOf(header: string | null, name: string): string | undefined {
  const pairs = (header ?? "").split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

const PATHS: Readonly<Record<string, { method: string; answer: typeof signIn }>> = {
  "/sign-in/username": { method: "POST", answer: signIn },
  "/sign-out": { method: "POST", answer: signOut },
  "/get-session": { method: "GET", answer: session },
};

/** Serves /api/auth. `path` comes without that prefix. */
export async function serveAuth(request: Request, path: string, runtime: Runtime): Promise<Response> {
  const passed = readAccessHeader(request.headers.get(ACCESS_HEADER), runtime.accessSecret);
  if (passed === null)
    return problemResponse(problemOf(new AppError("forbidden", "Requests must come through the front door.")), request);
  const operation = Object.hasOwn(PATHS, path) ? PATHS[path] : undefined;
  if (!operation) return problemResponse(problemOf(new AppError("not_found", "There is nothing at this address.")), request);
  if (request.method !== operation.method) {
    return new Response(null, { status: request.method === "OPTIONS" ? 204 : 405, headers: { allow: operation.method } });
  }
  try {
    return await operation.answer(request, passed, runtime);
  } catch (error) {
    if (isAppError(error)) return problemResponse(problemOf(error), request);
    runtime.log.error({ err: error }, "handling a login failed");
    return problemResponse(
      problemOf(new AppError("unavailable", "Logins are not working right now. See logs/monitor.log.")),
      request,
    );
  }
}

async function credentialsOf(request: Request): Promise<{ username: string; password: string }> {
  let body: unknown;
  try {
    body = JSON.parse(await request.text());
  } catch {
    throw new AppError("bad_request", "The body is not valid JSON.");
  }
  const { username, password } = (body ?? {}) as Record<string, unknown>;
  if (typeof username !== "string" || typeof password !== "string") {
    throw new AppError("bad_request", "Send a username and a password.");
  }
  return { username, password };
}

async function signIn(request: Request, { actor, secure }: ForwardedAccess, runtime: Runtime): Promise<Response> {
  const { username, password } = await credentialsOf(request);
  const { address } = actor;
  // Log what an anonymous client typed only if it could be a user name.
  const name = USER_NAME.test(username) ? username.toLowerCase() : "?";
  const note = (result: string) =>
    runtime.audit.record({ at: Date.now(), actor: name, address, action: "login", target: name, result, changes: [] });

  const { throttle } = runtime.access;
  const checks = checksOf(runtime);
  const devices = await runtime.access.devices();
  const device = await devices.verify(name, cookieOf(request.headers.get("cookie"), deviceCookie(secure)));
  const attempt = { account: name, network: clientKey(address), device };
  const now = performance.now();
  const isFull = checks.size >= (device === null ? MAX_WAITING : MAX_WAITING_WITH_DEVICE);
  const wait = isFull ? 2000 : throttle.waitMs(attempt, now);
  if (wait > 0) {
    if (throttle.tells(attempt, now)) note("rate_limited");
    const seconds = Math.ceil(wait / 1000);
    const error = new AppError("rate_limited", `Too many failed logins from this address. Try again in ${seconds} s.`);
    return problemResponse(problemOf(error), request, { "Retry-After": String(seconds) });
  }
  // Counted before the check, so that tries at once cannot share one allowance; a right password takes it back.
  throttle.failed(attempt, now);
  const signing = () =>
    runtime.access.handle("/sign-in/username", {
      body: { username, password },
      cookie: null,
      userAgent: request.headers.get("user-agent"),
      client: { address, secure },
    });
  const answer = await checks.add(signing, { priority: device === null ? 0 : 1 });
  if (!answer.ok) {
    note("unauthorized");
    runtime.log.warn(`failed login as ${name} from ${address}`);
    return problemResponse(problemOf(new AppError("unauthorized", "Wrong user name or password.")), request);
  }
  throttle.succeeded(attempt);
  await (await runtime.access.users()).endOldLogins(name);
  note("ok");
  runtime.log.info(`${name} logged in from ${address}`);
  if (!secure) runtime.log.warn("that login used plain HTTP: anyone on the network can read the password");
  const { user } = (await answer.json()) as { user: { name: string; role: string } };
  const response = withCookies(answer, { user: { name: user.name, role: user.role } });
  if (device === null) {
    const flags = `Path=${runtime.basePath}/api/auth; Max-Age=${DEVICE_SECONDS}; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
    response.headers.append("set-cookie", `${deviceCookie(secure)}=${await devices.make(name)}; ${flags}`);
  }
  return response;
}

async function signOut(request: Request, { actor, secure }: ForwardedAccess, runtime: Runtime): Promise<Response> {
  const answer = await runtime.access.handle("/sign-out", {
    body: {},
    cookie: request.headers.get("cookie"),
    userAgent: null,
    client: { address: actor.address, secure },
  });
  runtime.access.forget();
  if (actor.kind === "user") {
    const { name, address } = actor;
    runtime.audit.record({ at: Date.now(), actor: name, address, action: "logout", target: name, result: "ok", changes: [] });
  }
  return withCookies(answer, { user: null });
}

function session(_request: Request, { role, actor }: ForwardedAccess): Promise<Response> {
  return Promise.resolve(withCookies(null, { user: role === null ? null : { name: actor.name, role } }));
}

/** Our own body with better-auth's cookies: better-auth's body contains the session token, which no script needs. */
function withCookies(answer: Response | null, body: object): Response {
  const headers = new Headers({ "content-type": "application/json", "cache-control": "no-store" });
  for (const cookie of answer?.headers.getSetCookie() ?? []) headers.append("set-cookie", cookie);
  return new Response(JSON.stringify(body), { headers });
}
