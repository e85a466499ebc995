/** Who may come to which route file, and what a request counts as. Procedures carry their role themselves; this is everything else. Pure. */
import type { Role } from "~/domain/access";
import { isWrite } from "./origin";

export interface Route {
  /** Below src/app. */
  file: string;
  pattern: RegExp;
  verbs: readonly string[];
  /** `nobody`: without a login. `procedure`: let in as viewer, and each procedure asks for its own role. */
  role: Role | "nobody" | "procedure";
}

const EVERY_VERB = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Every route file. Pages are for viewers, but for the login; a test compares the list with what is there. */
export const ROUTES: readonly Route[] = [
  { file: "login/page.tsx", pattern: /^\/login$/, verbs: ["GET", "HEAD"], role: "nobody" },
  { file: "api/auth/[...all]/route.ts", pattern: /^\/api\/auth\//, verbs: ["GET", "POST"], role: "nobody" },
  { file: "api/stream/route.ts", pattern: /^\/api\/stream$/, verbs: ["GET"], role: "viewer" },
  { file: "api/trpc/[trpc]/route.ts", pattern: /^\/api\/trpc\//, verbs: ["GET", "POST"], role: "procedure" },
  { file: "api/docs/route.ts", pattern: /^\/api\/docs$/, verbs: ["GET"], role: "viewer" },
  { file: "api/openapi.json/route.ts", pattern: /^\/api\/openapi\.json$/, verbs: ["GET"], role: "viewer" },
  { file: "metrics/route.ts", pattern: /^\/metrics$/, verbs: ["GET"], role: "viewer" },
  { file: "api/export/data/route.ts", pattern: /^\/api\/export\/data$/, verbs: ["GET", "HEAD"], role: "viewer" },
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

/** What the login page itself loads. */
const PUBLIC_FILE = /^\/(?:_next\/static\/[\w./~-]+|(?:apple-)?icon[\w-]*\.(?:svg|png)|favicon\.ico|manifest\.webmanifest)$/;

/** The path of a request as a router would read it; null when it could be read in more than one way. */
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

/** Without a login. What was written in another way than plainly is not. */
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

/** Answers that a program reads: they say 401 instead of leading to the login page. */
export function isForPrograms(path: string): boolean {
  return path === "/metrics" || path.startsWith("/api/");
}

export const STREAM_PATH = "/api/stream";

export type RateClass = "read" | "history" | "write" | "export" | "test" | "login" | "stream";

export interface Cost {
  kind: RateClass;
  /** A batch counts as its calls do. */
  points: number;
}

function ofProcedure(name: string, method: string): RateClass {
  if (/(?:^|\.)test$/.test(name)) return "test";
  if (/^(?:export|reports?)\./.test(name) && isWrite(method)) return "export";
  if (isWrite(method)) return "write";
  return /(?:^|\.)(?:history|backtest)$/.test(name) ? "history" : "read";
}

export function costOf(method: string, path: string): Cost {
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
  if (isWrite(method)) return "write";
  return path.startsWith("/api/metrics/history/") ? "history" : "read";
}
