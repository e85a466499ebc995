/** Login and logout. Of better-auth's endpoints, only these three are exposed. */
import { USER_NAME } from "~/domain/access";
import { AppError, isAppError } from "~/domain/errors";
import type { Runtime } from "../runtime";
import { ACCESS_HEADER, type ForwardedAccess, readAccessHeader } from "./access";
import { problemOf, problemResponse } from "./problem";
import { RateLimits } from "./rate-limit";

const limits = new WeakMap<Runtime, RateLimits>();

function limitsOf(runtime: Runtime): RateLimits {
  const known = limits.get(runtime) ?? new RateLimits(runtime.config.security.rate_limit);
  limits.set(runtime, known);
  return known;
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
    return problemResponse(problemOf(new AppError("forbidden", "requests come in through the front door only")), request);
  const operation = Object.hasOwn(PATHS, path) ? PATHS[path] : undefined;
  if (!operation) return problemResponse(problemOf(new AppError("not_found", "there is nothing here")), request);
  if (request.method !== operation.method) {
    return new Response(null, { status: request.method === "OPTIONS" ? 204 : 405, headers: { allow: operation.method } });
  }
  try {
    return await operation.answer(request, passed, runtime);
  } catch (error) {
    if (isAppError(error)) return problemResponse(problemOf(error), request);
    runtime.log.error({ err: error }, "a login failed");
    return problemResponse(
      problemOf(new AppError("unavailable", "logins do not work just now; logs/monitor.log says why")),
      request,
    );
  }
}

async function credentialsOf(request: Request): Promise<{ username: string; password: string }> {
  let body: unknown;
  try {
    body = JSON.parse(await request.text());
  } catch {
    throw new AppError("bad_request", "the body is not JSON");
  }
  const { username, password } = (body ?? {}) as Record<string, unknown>;
  if (typeof username !== "string" || typeof password !== "string") {
    throw new AppError("bad_request", "send username and password");
  }
  return { username, password };
}

async function signIn(request: Request, { actor, secure }: ForwardedAccess, runtime: Runtime): Promise<Response> {
  const { username, password } = await credentialsOf(request);
  const { address } = actor;
  // Log what an anonymous client typed only if it could be a user name.
  const name = USER_NAME.test(username) ? username.toLowerCase() : "?";
  const note = (result: string) =>
    runtime.audit.record({ at: Date.now(), actor: name, address, action: "login", target: name, result });

  const limited = limitsOf(runtime);
  for (const taken of [
    await limited.take("account", { address, key: name }),
    await limited.take("everyone", { address, key: "all" }),
  ]) {
    if (taken.allowed) continue;
    note("rate_limited");
    const wait = taken.headers["Retry-After"] ?? "60";
    const error = new AppError("rate_limited", `too many logins were tried: try again in ${Math.ceil(Number(wait) / 60)} min`);
    return problemResponse(problemOf(error), request, taken.headers);
  }

  const answer = await runtime.access.handle("/sign-in/username", {
    body: { username, password },
    cookie: null,
    userAgent: request.headers.get("user-agent"),
    client: { address, secure },
  });
  if (!answer.ok) {
    note("unauthorized");
    runtime.log.warn(`a login as ${name} from ${address} failed`);
    return problemResponse(problemOf(new AppError("unauthorized", "the name or the password is wrong")), request);
  }
  await limited.forgive("account", name);
  note("ok");
  runtime.log.info(`${name} logged in from ${address}`);
  if (!secure) runtime.log.warn(`that login came over plain http: whoever is on the way can read its password and take it over`);
  const { user } = (await answer.json()) as { user: { name: string; role: string } };
  return withCookies(answer, { user: { name: user.name, role: user.role } });
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
    runtime.audit.record({ at: Date.now(), actor: name, address, action: "logout", target: name, result: "ok" });
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
