/** What the policy table says of a request, and tricks that are tried against it. */
import type { TokenRole } from "../../src/domain/access";
import { OPERATIONS } from "../../src/server/http/operations";
import { policyTable } from "../../src/server/http/policy";

export const VERBS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

export type Headers = Record<string, string>;
export type Asker = TokenRole | "nobody";

const { procedures, routes } = policyTable();

/** Whether a role may call what needs another. Administrators may call all. */
function mayCall(role: TokenRole, needed: TokenRole | undefined): boolean {
  return role === "admin" || role === needed;
}

export type Outcome = "log in" | "forbidden" | "in" | "no such verb";

export function outcomeOf(status: number): Outcome {
  if (status === 401 || status === 303) return "log in";
  if (status === 403) return "forbidden";
  return status === 405 ? "no such verb" : "in";
}

/** The expected outcome of a REST path. */
export function expectedOfRest(path: string, verb: string, role: Asker): Outcome {
  if (role === "nobody") return "log in";
  if (verb === "OPTIONS") return "in";
  // A plain path may also match the `{name}` of another.
  const here = OPERATIONS.filter(({ pattern }) => pattern.test(path.replace(/^\/api/, "")));
  const operation = here.find(({ method }) => method === (verb === "HEAD" ? "GET" : verb));
  if (!operation) return "no such verb";
  const entry = procedures.find(({ procedure }) => procedure === operation.procedure);
  return mayCall(role, entry?.role) ? "in" : "forbidden";
}

/** The expected outcome of a path of a route file that is no procedure. */
export function expectedOfRoute(path: string, verb: string, role: Asker): Outcome {
  const route = routes.find(({ pattern }) => pattern.test(path));
  if (role === "nobody") return route?.role === "nobody" ? "in" : "log in";
  const needed = route?.role ?? "viewer";
  if (needed !== "nobody" && needed !== "procedure" && !mayCall(role, needed)) return "forbidden";
  if (route === undefined) return ["GET", "HEAD"].includes(verb) ? "in" : "no such verb";
  // Next answers these two for every route file.
  if (verb === "OPTIONS" || (verb === "HEAD" && route.verbs.includes("GET"))) return "in";
  return route.verbs.includes(verb) ? "in" : "no such verb";
}

/** Attacks; each turns an honest request into another one. */
export const TRICKS: Record<string, (target: string) => { target?: string; headers?: Headers; method?: string }> = {
  "a forged verdict": () => ({ headers: { "x-hostscope-access": "guess:admin:eyJhY3RvciI6e319" } }),
  "a forged verdict in another case": () => ({ headers: { "X-HOSTSCOPE-ACCESS": "admin" } }),
  "X-Forwarded-For": () => ({ headers: { "x-forwarded-for": "127.0.0.1" } }),
  "X-Forwarded-For twice": () => ({ headers: { "x-forwarded-for": "127.0.0.1, 127.0.0.1" } }),
  "X-Forwarded-Host": () => ({ headers: { "x-forwarded-host": "localhost" } }),
  "X-Forwarded-Proto": () => ({ headers: { "x-forwarded-proto": "https" } }),
  Forwarded: () => ({ headers: { forwarded: "for=127.0.0.1;host=localhost" } }),
  "X-Real-IP": () => ({ headers: { "x-real-ip": "127.0.0.1" } }),
  "X-Original-URL": () => ({ headers: { "x-original-url": "/login", "x-rewrite-url": "/login" } }),
  "X-Invoke-Path": () => ({ headers: { "x-invoke-path": "/login", "x-matched-path": "/login" } }),
  "a middleware's subrequest": () => ({
    headers: { "x-middleware-subrequest": "middleware:middleware:middleware:middleware:middleware" },
  }),
  "a prerender of Next": () => ({
    headers: { "x-nextjs-data": "1", "x-now-route-matches": "1", "next-router-prefetch": "1", rsc: "1" },
  }),
  "a method override": () => ({
    headers: { "x-http-method-override": "GET", "x-http-method": "GET", "x-method-override": "GET" },
  }),
  "a Host of this machine": () => ({ headers: { host: "localhost" } }),
  "a Host of ::1": () => ({ headers: { host: "[::1]:5000" } }),
  "a foreign Host": () => ({ headers: { host: "evil.example" } }),
  "Basic in place of Bearer": () => ({ headers: { authorization: "Basic YW5uOmFubg==" } }),
  "an empty Bearer": () => ({ headers: { authorization: "Bearer " } }),
  "a token of zeros": () => ({ headers: { authorization: `Bearer hs_000000000000_${"0".repeat(43)}` } }),
  "a cookie that is none": () => ({ headers: { cookie: "hostscope=a.b; __Host-hostscope=a.b" } }),
  "a cookie called __proto__": () => ({ headers: { cookie: "__proto__=1; constructor=1" } }),
  "a token in the query": (target) => ({ target: `${target}?token=x&access_token=x` }),
  "an absolute address": (target) => ({ target: `http://localhost${target}` }),
  "a double slash": (target) => ({ target: `/${target}` }),
  "a double slash inside": (target) => ({ target: target.replace("/api/", "/api//") }),
  "a dot segment": (target) => ({ target: target.replace("/api/", "/api/./") }),
  "dots out of the login": (target) => ({ target: `/login/..${target}` }),
  "encoded dots out of the login": (target) => ({ target: `/login/%2e%2e${target}` }),
  "dots out of the static files": (target) => ({ target: `/_next/static/..%2f..${target}` }),
  "an encoded letter": (target) => ({ target: target.replace("/api/", "/%61pi/") }),
  "an encoded letter, twice": (target) => ({ target: target.replace("/api/", "/%2561pi/") }),
  "an encoded slash": (target) => ({ target: target.replace("/api/", "/api%2f") }),
  "another case": (target) => ({ target: target.replace("/api/", "/API/") }),
  "a trailing slash": (target) => ({ target: `${target}/` }),
  "a trailing dot": (target) => ({ target: `${target}.` }),
  "a trailing semicolon": (target) => ({ target: `${target};/login` }),
  "a trailing blank": (target) => ({ target: `${target}%20` }),
  "a trailing zero byte": (target) => ({ target: `${target}%00` }),
  "a fragment": (target) => ({ target: `${target}#/login` }),
  "a backslash": (target) => ({ target: target.replace("/api/", "/api\\") }),
  "a login's path behind": (target) => ({ target: `${target}/../../login` }),
  "a suffix of a file": (target) => ({ target: `${target}.js` }),
  HEAD: () => ({ method: "HEAD" }),
};
