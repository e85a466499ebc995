/** Serves the files of the pages that bin/prepare.mjs compressed: smaller than Next's gzip, and compressed once and not each time. */
import { createReadStream, statSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { pipeline } from "node:stream";

const PREFIX = "/_next/static/";
const TYPES: Readonly<Record<string, string>> = {
  ".js": "application/javascript; charset=UTF-8",
  ".css": "text/css; charset=UTF-8",
};

const takesBrotli = (accepted: string | string[] | undefined) =>
  /\bbr\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(String(accepted ?? ""));

/** The file below `.next/static` that a request names; null for any other request. Names come from a build, so few characters are in them. */
function fileOf({ method, url = "", headers }: Pick<IncomingMessage, "method" | "url" | "headers">): string | null {
  const [path = ""] = url.split("?", 1);
  if (method !== "GET" || !path.startsWith(PREFIX) || !takesBrotli(headers["accept-encoding"])) return null;
  const name = path.slice(PREFIX.length);
  return /^(?:[\w~-][\w.~-]*\/)*[\w~-][\w.~-]*\.(?:js|css)$/.test(name) ? name : null;
}

/** True when it answers; otherwise Next does. `pages` is the folder of Next's build, and the request's path has no base path. */
export function sendCompressed(pages: string, request: IncomingMessage, response: ServerResponse): boolean {
  const name = fileOf(request);
  if (name === null) return false;
  const path = join(pages, "static", `${name}.br`);
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return false;
  response.writeHead(200, {
    "Content-Type": TYPES[extname(name)],
    "Content-Encoding": "br",
    "Content-Length": size,
    "Cache-Control": "public, max-age=31536000, immutable",
    Vary: "Accept-Encoding",
  });
  // Whoever leaves before its end ends the reading; nothing is left to answer.
  pipeline(createReadStream(path), response, () => {});
  return true;
}
