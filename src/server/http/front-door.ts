/**
 * The HTTP server in front of Next, and the entry to this folder.
 *
 * In: every connection. This file sets its limits and answers what is no HTTP; request-gate.ts lets each request in or refuses it
 * (pure rules in decide.ts, login and role by routes.ts, rate-limit.ts).
 * Out: admitted requests to Next, with the caller in a header that only this process can make (access.ts). Next's routes come back to the other files of this folder:
 * rest.ts and openapi.ts (the API as REST), event-stream.ts, export-data.ts, export-report.ts, scrape.ts.
 * Never: lets a request that the gate has not seen reach a handler; shows a handler the caller's credentials; decides what an
 * answer contains (that is server/api).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { StartError } from "~/domain/errors";
import { clientKey, isInRanges, isLoopbackAddress } from "./client-address";
import { type Handler, RequestGate, type RequestGateOptions } from "./request-gate";
import { rawProblem } from "./security-headers";

type UpgradeHandler = (request: IncomingMessage, socket: Socket, head: Buffer) => Promise<void> | void;

export interface FrontDoorOptions extends RequestGateOptions {
  /** Addresses to listen on. The first one must work; others may be missing (a machine without IPv6). */
  hosts: readonly string[];
  port: number;
}

export interface FrontDoor {
  port: number;
  /** Until this is called, requests get a 503 with Retry-After. */
  serve(handler: Handler, upgrade?: UpgradeHandler): void;
  close(): Promise<void>;
}

const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5000,
  maxHeaderSize: 16 * 1024,
  /** We reject requests without Host ourselves, so that the response has our headers. */
  requireHostHeader: false,
};
const MAX_CONNECTIONS = 4096;
/** Per client, and ten times as many for all of loopback together. Trusted proxies have no limit of their own. */
const MAX_CONNECTIONS_EACH = 256;
/** Idle connections are closed after this. An event stream sends a ping every 15 s. */
const SILENT_MS = 120_000;
const CLOSE_AFTER_MS = 1000;

/** Listens on every address. Throws a StartError with exit code 69 when the first one is not available. */
export async function openFrontDoor(options: FrontDoorOptions): Promise<FrontDoor> {
  let handler: Handler | undefined;
  let upgradeHandler: UpgradeHandler | undefined;
  const reception = new RequestGate(options);
  const connections = new Map<string, number>();
  const servers: Server[] = [];
  let { port } = options;

  for (const [index, host] of options.hosts.entries()) {
    const server = createServer(LIMITS, (request, response) => void reception.receive(request, response, handler));
    server.maxConnections = MAX_CONNECTIONS;
    server.timeout = SILENT_MS;
    server.on("connection", (socket: Socket) => countConnection(socket, connections, options));
    server.on("clientError", answerUnreadable);
    server.on("checkExpectation", (_request: IncomingMessage, response: ServerResponse) => {
      response.shouldKeepAlive = false;
      response.socket?.end(rawProblem(417, "The only supported Expect header is 100-continue."));
    });
    server.on("connect", (_request: IncomingMessage, socket: Socket) =>
      socket.end(rawProblem(405, "This server is not a proxy.")),
    );
    server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
      if (upgradeHandler && reception.isOpen(request)) void upgradeHandler(request, socket, head);
      else socket.end(rawProblem(400, "There is no WebSocket here. Live data is at /api/stream."));
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

/** Closes connections over the client's limit before reading from them. */
function countConnection(socket: Socket, connections: Map<string, number>, { rules }: FrontDoorOptions): void {
  const address = socket.remoteAddress ?? "";
  if (isInRanges(address, rules.proxies)) return;
  const isLocal = isLoopbackAddress(address);
  // A machine has sixteen million loopback addresses.
  const key = isLocal ? "loopback" : clientKey(address);
  const count = (connections.get(key) ?? 0) + 1;
  if (count > MAX_CONNECTIONS_EACH * (isLocal ? 10 : 1)) {
    socket.destroy();
    return;
  }
  connections.set(key, count);
  socket.once("close", () => {
    const left = (connections.get(key) ?? 1) - 1;
    if (left === 0) connections.delete(key);
    else connections.set(key, left);
  });
}

const UNREADABLE: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, "The headers are larger than 16 KiB."],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "The request took too long to arrive."],
};

/** True when a response is already being sent on this socket (Node keeps it there): writing an error would corrupt it. */
function isAnswering(socket: Socket): boolean {
  const { _httpMessage: message } = socket as Socket & { _httpMessage?: ServerResponse | null };
  return message?.headersSent === true;
}

function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable || isAnswering(socket)) {
    socket.destroy();
    return;
  }
  const [status, detail] = UNREADABLE[error.code ?? ""] ?? [400, "The request is not valid HTTP."];
  socket.end(rawProblem(status, detail), () => socket.destroy());
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
  const change = "Choose another with --port, HOSTSCOPE_PORT or server.port in the configuration.";
  if (code === "EADDRINUSE") {
    const hint = port === 5000 ? " (on macOS, by AirPlay Receiver)" : "";
    return new StartError(69, `Port ${port} on ${host} is already in use${hint}. ${change}`);
  }
  if (code === "EACCES") return new StartError(69, `This user is not allowed to listen on port ${port}. ${change}`);
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return new StartError(69, `${host} is not an address of this machine. Change server.host, HOSTSCOPE_HOST or --host.`);
  }
  return new StartError(69, `Cannot listen on ${host}:${port} (${code ?? String(error)}). ${change}`);
}
