/**
 * The role that each route file needs, and the rate limit that a request counts against. Procedures define their own role. Pure.
 */
import type { Role } from "~/domain/access";
import { isWrite } from "./origin";

export interface Route {
  /** Path below src/app. */
  file: string;
  pattern: RegExp;
  verbs: readonly string[];
  /** `nobody`: no login needed. `procedure`: any role may enter; each procedure checks its own. */
  role: Role | "nobody" | "procedure";
}

const EVERY_VERB = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Every route file. Of the pages only the login is listed; all others need a viewer. A test compares this with the files. */
export const ROUTES: readonly Route[] = [
  { file: "login/page.tsx", pattern: /^\/login$/, verbs: ["GET", "HEAD"], role: "nobody" },
  { file: "api/auth/[...all]/route.ts", pattern: /^\/api\/auth\//, verbs: ["GET", "POST"], role: "nobody" },
  // The signature in the link stands for a login.
  { file: "api/acknowledge/route.ts", pattern: /^\/api\/acknowledge$/, verbs: ["GET", "POST"], role: "nobody" },
  { file: "api/stream/route.ts", pattern: /^\/api\/stream$/, verbs: ["GET"], role: "viewer" },
  { file: "api/trpc/[trpc]/route.ts", pattern: /^\/api\/trpc\//, verbs: ["GET", "POST"], role: "procedure" },
  { file: "api/docs/route.ts", pattern: /^\/api\/docs$/, verbs: ["GET"], role: "viewer" },
  { file: "api/openapi.json/route.ts", pattern: /^\/api\/openapi\.json$/, verbs: ["GET"], role: "viewer" },
  { file: "docs/[[...page]]/route.ts", pattern: /^\/docs(?:\/|$)/, verbs: ["GET"], role: "viewer" },
  { file: "metrics/route.ts", pattern: /^\/metrics$/, verbs: ["GET"], role: "viewer" },
  { file: "api/export/data/route.ts", pattern: /^\/api\/export\/data$/, verbs: ["GET", "HEAD"], role: "viewer" },
  { file: "api/export/incident/route.ts", pattern: /^\/api\/export\/incident$/, verbs: ["GET", "HEAD"], role: "admin" },
  { file: "api/export/report/route.ts", pattern: /^\/api\/export\/report$/, verbs: ["GET", "HEAD"], role: "viewer" },
  {
    file: "api/export/report/schema/route.ts",
    pattern: /^\/api\/export\/report\/schema$/,
    verbs: ["GET", "HEAD"],
    role: "viewer",
  },
  {
    file: "api/export/reports/[id]/route.ts",
    pattern: /^\/api\/export\/reports\/[^/]+$/,
    verbs: ["GET", "HEAD"],
    role: "viewer",
  },
  { file: "api/[...path]/route.ts", pattern: /^\/api\//, verbs: EVERY_VERB, role: "procedure" },
];

/** A request target without the path that the server is below. A proxy may have taken that off already. */
export function withoutBase(target: string, basePath: string): string {
  if (basePath === "" || !target.startsWith(basePath)) return target;
  const rest = target.slice(basePath.length);
  return rest === "" || rest.startsWith("?") ? `/${rest}` : rest.startsWith("/") ? rest : target;
}

/** Files that the login page loads. */
const PUBLIC_FILE = /^\/(?:_next\/static\/[\w./~-]+|(?:apple-)?icon[\w-]*\.(?:svg|png)|favicon\.ico|manifest\.webmanifest)$/;

/** Decodes the path of a request target. Null when routers could read it in more than one way. */
export function plainPath(target: string): string | null {
  const [raw = ""] = target.split(/[?#]/, 1);
  let path: string;
  try {
    path = decodeURIComponent(raw);
  } catch {
    return null;
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\\\u0000-\u001f\u007f]|\/\/|%/.test(path)) return null;
  return path.split("/").some((part) => part === "." || part === "..") ? null : path;
}

/** True when no login is needed. A path that is written with escapes always needs one. */
export function isPublic(target: string, path: string): boolean {
  const [raw = ""] = target.split("?", 1);
  if (raw !== path) return false;
  return PUBLIC_FILE.test(path) || roleNeeded(path) === "nobody";
}

export function isPublicFile(path: string): boolean {
  return PUBLIC_FILE.test(path);
}

export function roleNeeded(path: string): Route["role"] {
  return ROUTES.find(({ pattern }) => pattern.test(path))?.role ?? "viewer";
}

/** The role that a request target needs. Next takes a target whose first part is written with escapes for a page. */
export function roleNeededFor(target: string, path: string): Route["role"] {
  return isForPrograms(path) && !/^\/(api\/|metrics\b)/.test(target) ? "viewer" : roleNeeded(path);
}

/** Paths that programs read. They get a 401 instead of a redirect to the login page. */
export function isForPrograms(path: string): boolean {
  return path === "/metrics" || path.startsWith("/api/");
}

/** Documents that other sites may link to: about the API, and what a link in a mail opens. */
export function isForReading(path: string): boolean {
  return path === "/api/docs" || path === "/api/openapi.json" || path === "/api/acknowledge";
}

/** The only path that a form is sent to; pages send all else by scripts. */
export function isForm(path: string): boolean {
  return path === "/api/acknowledge";
}

const STREAM_PATH = "/api/stream";

/** Calls of a batch that are small together, whatever they ask for. */
export const FEW_CALLS = 2;

/** What kind of response stays open for long, or is large; null for those that are over at once. */
export function openKindOf(method: string, path: string): "stream" | "download" | "history" | null {
  if (path === STREAM_PATH) return "stream";
  if (path.startsWith("/api/export/")) return "download";
  const { kind, points } = requestCostOf(method, path);
  return kind === "history" || points > FEW_CALLS ? "history" : null;
}

export type RateClass = "read" | "history" | "write" | "export" | "test" | "login" | "stream";

export interface RequestCost {
  kind: RateClass;
  /** A tRPC batch costs one point per call. */
  points: number;
}

/** Reads whose cost grows with the range that is asked for. */
const DEAR_PROCEDURE = /(?:^|\.)(?:history|backtest|top|life)$/;
const DEAR_PATH = /^\/api\/(?:metrics\/history\/|processes\/top$|processes\/\d+\/history$|alerts\/rules\/backtest$)/;

function ofProcedure(name: string, method: string): RateClass {
  if (/(?:^|\.)test$/.test(name)) return "test";
  if (/^(?:export|reports?)\./.test(name) && isWrite(method)) return "export";
  if (DEAR_PROCEDURE.test(name)) return "history";
  return isWrite(method) ? "write" : "read";
}

export function requestCostOf(method: string, path: string): RequestCost {
  if (path.startsWith("/api/trpc/")) {
    const kinds = path
      .slice("/api/trpc/".length)
      .split(",")
      .map((name) => ofProcedure(name, method));
    const order: readonly RateClass[] = ["test", "export", "write", "history", "read"];
    return { kind: order.find((kind) => kinds.includes(kind)) ?? "read", points: kinds.length };
  }
  return { kind: ofPath(method, path), points: 1 };
}

function ofPath(method: string, path: string): RateClass {
  if (path === STREAM_PATH) return "stream";
  if (path.startsWith("/api/auth/")) return path === "/api/auth/sign-in/username" && isWrite(method) ? "login" : "read";
  if (path.startsWith("/api/export/")) return "export";
  if (path === "/api/notifications/test") return "test";
  if (DEAR_PATH.test(path)) return "history";
  return isWrite(method) ? "write" : "read";
}
