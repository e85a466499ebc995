/** What answers admitted requests: Next with its pages, or the handlers alone. */
import { join } from "node:path";
import ipaddr from "ipaddr.js";
import { sendCompressed } from "~/server/http/compressed-files";
import type { FrontDoor } from "~/server/http/front-door";
import type { Handler } from "~/server/http/request-gate";
import type { Log } from "~/server/log";
import { findRuntime } from "~/server/runtime";

const RUNTIME_WITHIN_MS = 30_000;
/** Both loopback addresses; a machine without IPv6 uses only the first. */
export const LOOPBACK = ["127.0.0.1", "::1"] as const;
/** From the signal to the end, whatever is still open. */
export const EXIT_WITHIN_MS = 3000;

/** Where commands on this machine reach a server that listens on `host`. Of one that listens on all addresses, loopback's. */
export function urlOf(host: string | undefined, port: number): string {
  const [ipv4, ipv6] = LOOPBACK;
  const address = host !== undefined && ipaddr.isValid(host) ? ipaddr.process(host) : null;
  const all = address?.range() === "unspecified" ? (address.kind() === "ipv4" ? ipv4 : ipv6) : host;
  const name = all ?? ipv4;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

type Serving = { handle: Handler; upgrade?: Parameters<FrontDoor["serve"]>[1] };

/** Where bin/prepare.mjs builds the pages. */
const pagesFolder = (basePath: string) =>
  basePath === "" ? ".next" : join(".next-paths", encodeURIComponent(basePath.slice(1)));

/** Next starts the runtime by its instrumentation hook. */
export async function startWeb(
  options: { dev: boolean; dir: string; hostname: string; port: number },
  basePath: string,
): Promise<Serving> {
  const { default: next } = await import("next");
  // Next knows the mode only from `dev`, not from NODE_ENV.
  const app = next(options);
  await app.prepare();
  await runtimeIsUp();
  const upgrade: Serving["upgrade"] = (request, socket, head) => app.getUpgradeHandler()(request, socket, head);
  const answer = app.getRequestHandler();
  const pages = join(options.dir, pagesFolder(basePath));
  const handle: Handler = (request, response) => {
    if (!options.dev && sendCompressed(pages, request, response)) return;
    // Next answers below its path only, and at it without a slash.
    if (basePath !== "") request.url = `${basePath}${(request.url ?? "").replace(/^\/(?=\?|$)/, "")}`;
    return answer(request, response);
  };
  return { handle, ...(options.dev && { upgrade }) };
}

/** Next is not loaded, and no page has to be built. */
export async function startHeadless(log: Log): Promise<Serving> {
  const [{ startRuntime }, { serveHeadless }] = await Promise.all([
    import("~/server/start-runtime"),
    import("~/server/http/headless"),
  ]);
  await startRuntime();
  return { handle: serveHeadless((error) => log.error({ err: error }, "a request failed")) };
}

/** Next reports ready while the instrumentation hook still composes the runtime. A failing runtime ends the process itself. */
async function runtimeIsUp(): Promise<void> {
  const end = performance.now() + RUNTIME_WITHIN_MS;
  while (!findRuntime() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
}
