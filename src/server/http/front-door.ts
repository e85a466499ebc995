/** The Node server in front of Next: limits, access, security headers. Nothing that it refuses reaches Next. */
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { StartError } from "~/domain/errors";
import { ACCESS_HEADER, accessHeader } from "./access";
import { type AccessRules, ALLOW, decideAccess, isInternalHeader } from "./decide";
import { instanceOf, REQUEST_ID_HEADER, requestId } from "./request-id";

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;
type UpgradeHandler = (request: IncomingMessage, socket: Socket, head: Buffer) => Promise<void> | void;

export interface FrontDoorOptions {
  /** Addresses to listen on; the first one must work, further ones may be missing (a machine without IPv6). */
  hosts: readonly string[];
  port: number;
  rules: AccessRules;
  accessSecret: string;
  development: boolean;
}

export interface FrontDoor {
  port: number;
  /** Before this, requests are answered 503 with Retry-After. */
  serve(handler: Handler, upgrade?: UpgradeHandler): void;
  close(): Promise<void>;
}

const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5000,
  maxHeaderSize: 16 * 1024,
};
const MAX_CONNECTIONS = 4096;
const CLOSE_AFTER_MS = 1000;

const SECURITY_HEADERS: Record<string, string> = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
};

/** Scripts and styles run with this answer's nonce only; nothing comes from elsewhere. Charts set inline style attributes. */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function sendProblem(
  response: ServerResponse,
  { status, title, detail }: { status: number; title: string; detail: string },
): void {
  response.writeHead(status, { "content-type": "application/problem+json", "cache-control": "no-store" });
  const instance = instanceOf(String(response.getHeader(REQUEST_ID_HEADER)));
  response.end(JSON.stringify({ type: "about:blank", title, status, detail, instance }));
}

/** Listens on every address; throws a StartError with 69 when the first one cannot be had. */
export async function openFrontDoor(options: FrontDoorOptions): Promise<FrontDoor> {
  let handler: Handler | undefined;
  let upgradeHandler: UpgradeHandler | undefined;
  const onRequest = (request: IncomingMessage, response: ServerResponse) => receive(request, response, options, handler);
  const servers: Server[] = [];
  let { port } = options;

  for (const [index, host] of options.hosts.entries()) {
    const server = createServer(LIMITS, onRequest);
    server.maxConnections = MAX_CONNECTIONS;
    server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
      if (upgradeHandler && accessOf(request, options).allowed) void upgradeHandler(request, socket, head);
      else socket.destroy();
    });
    try {
      await listen(server, { host, port });
      const address = server.address();
      if (address && typeof address === "object") port = address.port;
      servers.push(server);
    } catch (error) {
      if (index === 0) throw portError(error, host, port);
    }
  }

  return {
    port,
    serve(next, upgrade) {
      handler = next;
      upgradeHandler = upgrade;
    },
    async close() {
      await Promise.all(
        servers.map((server) => {
          const closed = new Promise<void>((resolve) => server.close(() => resolve()));
          server.closeIdleConnections();
          setTimeout(() => server.closeAllConnections(), CLOSE_AFTER_MS).unref();
          return closed;
        }),
      );
    },
  };
}

function listen(server: Server, where: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(where, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function portError(error: unknown, host: string, port: number): StartError {
  const { code } = error as NodeJS.ErrnoException;
  const change = "choose another with --port, HOSTSCOPE_PORT or server.port in the configuration";
  if (code === "EADDRINUSE") {
    const hint = port === 5000 ? " (on macOS, AirPlay Receiver holds 5000)" : "";
    return new StartError(69, `port ${port} on ${host} is taken${hint}: ${change}`);
  }
  if (code === "EACCES") return new StartError(69, `port ${port} needs more rights than this user has: ${change}`);
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return new StartError(69, `${host} is no address of this machine: change server.host, HOSTSCOPE_HOST or --host`);
  }
  return new StartError(69, `cannot listen on ${host}:${port} (${code ?? String(error)}): ${change}`);
}

function accessOf(request: IncomingMessage, { rules }: FrontDoorOptions) {
  return decideAccess(
    { method: request.method ?? "", url: request.url ?? "", peer: request.socket.remoteAddress ?? "", headers: request.headers },
    rules,
  );
}

function receive(
  request: IncomingMessage,
  response: ServerResponse,
  options: FrontDoorOptions,
  handler: Handler | undefined,
): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  const id = requestId(request.headers[REQUEST_ID_HEADER]);
  request.headers[REQUEST_ID_HEADER] = id;
  response.setHeader(REQUEST_ID_HEADER, id);
  const verdict = accessOf(request, options);
  if (!verdict.allowed) {
    if (verdict.status === 405) response.setHeader("allow", ALLOW);
    // What is still to come of a refused request is not read.
    response.setHeader("connection", "close");
    sendProblem(response, { status: verdict.status, title: "Refused", detail: verdict.detail });
    return;
  }
  if (!handler) {
    response.setHeader("retry-after", "2");
    sendProblem(response, { status: 503, title: "Starting", detail: "Hostscope is starting, try again in a moment" });
    return;
  }
  for (const name of Object.keys(request.headers)) if (isInternalHeader(name)) delete request.headers[name];
  request.headers[ACCESS_HEADER] = accessHeader(
    {
      role: verdict.role,
      actor: { kind: "local", name: "local", id: null, address: request.socket.remoteAddress ?? "" },
      secure: false,
    },
    options.accessSecret,
  );
  if (!options.development) {
    const policy = contentSecurityPolicy(randomBytes(16).toString("base64"));
    // Next takes the nonce for its own scripts from the request's policy.
    request.headers["content-security-policy"] = policy;
    response.setHeader("Content-Security-Policy", policy);
  }
  void handler(request, response);
}
