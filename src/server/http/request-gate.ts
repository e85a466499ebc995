/** Checks every request before Next: access rules, login, rate limit, role. Only admitted requests reach Next. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type Caller, type LocalConnection, MACHINE_HEADER } from "~/domain/access";
import { ACCESS_HEADER, accessHeader } from "./access";
import { type Client, isForwardingHeader } from "./client-address";
import { type AccessRules, type AccessVerdict, decideAccess, isInternalHeader } from "./decide";
import type { OpenMode } from "./open-mode";
import { OpenResponses } from "./open-responses";
import { corsHeaders, corsOrigin, hiddenHost } from "./origin";
import { type RateLimitResult, RateLimits } from "./rate-limit";
import { problemInstance, REQUEST_ID_HEADER, requestId } from "./request-id";
import { isForPrograms, isPublic, isPublicFile, openKindOf, requestCostOf, roleNeededFor, withoutBase } from "./routes";
import { contentSecurityPolicy, HSTS, NOTHING_POLICY, SECURITY_HEADERS } from "./security-headers";

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** Looks up the owner of the credentials. Null when they are not valid. */
export type Identify = (credentials: {
  authorization: string | undefined;
  cookie: string | undefined;
  secure: boolean;
}) => Promise<{ role: Caller["role"]; actor: Omit<Caller["actor"], "address" | "onThisMachine"> } | null>;

export interface RequestGateOptions {
  rules: AccessRules;
  accessSecret: string;
  rateLimit: boolean;
  identify: Identify;
  development: boolean;
  /** The user at the client's end of a connection within this machine; null when that cannot be found out. */
  userOfConnection: (connection: LocalConnection) => string | null;
  openMode: Pick<OpenMode, "close" | "isClosed">;
  /** The path that everything is below, such as `/monitor`; empty at the root. Requests may come without it. */
  basePath: string;
  /** Called with unexpected errors. */
  onError: (error: unknown) => void;
}

interface Refusal {
  status: number;
  title: string;
  detail: string;
}

interface AdmittedRequest {
  path: string;
  client: Client;
  /** Null for a client without a login on a public path. */
  caller: Caller | null;
}

export class RequestGate {
  private readonly limits: RateLimits;
  private readonly responses = new OpenResponses();
  /** Connections with a refused request. Nothing else that was sent on them runs: it may be the refused request's unread body. */
  private readonly refused = new WeakSet<Socket>();
  private readonly connectionIds = new WeakMap<Socket, number>();
  private lastConnectionId = 0;

  constructor(private readonly options: RequestGateOptions) {
    this.limits = new RateLimits(options.rateLimit);
  }

  /** `handler` is undefined while the server starts. */
  async receive(request: IncomingMessage, response: ServerResponse, handler: Handler | undefined): Promise<void> {
    if (this.refused.has(request.socket)) return;
    request.url = withoutBase(request.url ?? "", this.options.basePath);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const id = requestId(request.headers[REQUEST_ID_HEADER]);
    request.headers[REQUEST_ID_HEADER] = id;
    response.setHeader(REQUEST_ID_HEADER, id);
    try {
      const verdict = this.judged(request);
      if (verdict.kind === "refuse") {
        this.refused.add(request.socket);
        return refuseUnread(response, verdict);
      }
      this.allowOrigin(request, response, verdict);
      if (verdict.kind === "preflight") return end(response, 204);
      if (verdict.client.secure) response.setHeader("Strict-Transport-Security", HSTS);
      if (!handler) {
        response.setHeader("Retry-After", "2");
        return problem(response, { status: 503, title: "Starting", detail: "Hostscope is starting. Try again in a moment." });
      }
      const admitted = await this.admit(request, response, verdict);
      if (admitted && !response.destroyed) this.forward(request, response, { admitted, handler });
    } catch (error) {
      this.options.onError(error);
      if (!response.headersSent) {
        problem(response, {
          status: 503,
          title: "Not available",
          detail: "Logins cannot be checked right now. Try again in a moment.",
        });
      }
    }
  }

  /** For upgrades, which only the development server uses. */
  isOpen(request: IncomingMessage): boolean {
    return this.judged(request).kind === "open";
  }

  /** In the open mode, a request that shows it to be wrong closes it: from then on everybody has to log in. */
  private judged(request: IncomingMessage): AccessVerdict {
    const verdict = this.verdict(request);
    if (verdict.kind !== "open") return verdict;
    const { openMode } = this.options;
    const host = hiddenHost(request);
    if (host !== null) openMode.close(host);
    return openMode.isClosed() ? { ...verdict, kind: "identify" } : verdict;
  }

  private verdict(request: IncomingMessage): AccessVerdict {
    const { socket, rawHeaders } = request;
    let hostCount = 0;
    for (let index = 0; index < rawHeaders.length; index += 2) if (rawHeaders[index]?.toLowerCase() === "host") hostCount++;
    return decideAccess(
      {
        method: request.method ?? "",
        url: request.url ?? "",
        peer: socket.remoteAddress ?? "",
        local: socket.localAddress ?? "",
        headers: request.headers,
        hostCount,
      },
      this.options.rules,
    );
  }

  private allowOrigin(request: IncomingMessage, response: ServerResponse, verdict: AccessVerdict): void {
    const { rules } = this.options;
    if (rules.corsOrigins.size === 0) return;
    response.setHeader("Vary", "Origin");
    const origin = corsOrigin(request.headers, rules);
    if (origin === null) return;
    for (const [name, value] of Object.entries(corsHeaders(origin, verdict.kind === "preflight")))
      response.setHeader(name, value);
    response.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
  }

  /** Null when the request has been answered here. */
  private async admit(
    request: IncomingMessage,
    response: ServerResponse,
    { kind, path, client }: Extract<AccessVerdict, { kind: "open" | "identify" }>,
  ): Promise<AdmittedRequest | null> {
    const { method = "", url = "" } = request;
    const free = isPublic(url, path);
    if (free && isPublicFile(path)) return { path, client, caller: null };
    const caller = await this.callerOf(request, kind, client);
    const taken = await this.count({ method, path, client, caller, free });
    for (const [name, value] of Object.entries(taken.headers)) response.setHeader(name, value);
    if (!taken.allowed) {
      problem(response, { status: 429, title: "Too many requests", detail: `Try again in ${taken.headers["Retry-After"]} s.` });
      return null;
    }
    if (caller === null && !free) {
      askForLogin(request, response, { path, basePath: this.options.basePath });
      return null;
    }
    if (caller !== null && path === "/login") {
      response.setHeader("Location", `${this.options.basePath}/`);
      end(response, 303);
      return null;
    }
    const needed = roleNeededFor(url, path);
    if (
      caller !== null &&
      ((needed === "admin" && caller.role !== "admin") || (needed === "viewer" && caller.role === "pusher"))
    ) {
      problem(response, {
        status: 403,
        title: "Not allowed",
        detail: needed === "admin" ? "Only admins can do this." : `This needs the ${needed} role.`,
      });
      return null;
    }
    const admitted = { path, client, caller };
    return caller === null || this.admitOpen(request, response, { path, client, caller }) ? admitted : null;
  }

  /** Gives a response that stays open a place in its client's share. */
  private admitOpen(
    request: IncomingMessage,
    response: ServerResponse,
    { path, client, caller }: { path: string; client: Client; caller: Caller },
  ): boolean {
    const kind = openKindOf(request.method ?? "", path);
    if (kind === null) return true;
    // Taken now: `forward` deletes the token from the headers.
    const { authorization, cookie } = request.headers;
    const identify = () => this.options.identify({ authorization, cookie, secure: client.secure });
    const isOpen = async () => !this.options.openMode.isClosed();
    // With another role, the client opens it anew and gets what that role may see.
    const stillAllowed = caller.actor.kind === "local" ? isOpen : async () => (await identify())?.role === caller.role;
    // An account of this machine does not take the places of another.
    const { connection } = caller.actor;
    const localUser = kind === "download" && connection ? this.options.userOfConnection(connection) : null;
    if (this.responses.admit(kind, response, { caller, stillAllowed, localUser })) return true;
    response.setHeader("Retry-After", "10");
    problem(response, {
      status: 503,
      title: "Not available",
      detail: `Too many open ${kind === "history" ? "history requests" : `${kind}s`} for one client or user. Close one, or try again in 10 s.`,
    });
    return false;
  }

  /** In the open mode too, who sends a token is that token's user, or nobody if it is not valid: they did not mean to be this machine. */
  private async callerOf(request: IncomingMessage, kind: "open" | "identify", client: Client): Promise<Caller | null> {
    const isLocal = kind === "open" && request.headers.authorization === undefined;
    return isLocal ? localCaller(client, this.connectionOf(request.socket)) : this.known(request, client);
  }

  private connectionOf(socket: Socket): LocalConnection {
    const id = this.connectionIds.get(socket) ?? ++this.lastConnectionId;
    this.connectionIds.set(socket, id);
    const { remoteAddress = "", remotePort = 0, localAddress = "", localPort = 0 } = socket;
    const client = { address: remoteAddress, port: remotePort };
    return { id, client, server: { address: localAddress, port: localPort } };
  }

  private count(asked: {
    method: string;
    path: string;
    client: Client;
    caller: Caller | null;
    free: boolean;
  }): Promise<RateLimitResult> {
    const { method, path, caller, free } = asked;
    const { address } = asked.client;
    if (caller === null && !free) return this.limits.take("stranger", { address });
    const { kind, points } = requestCostOf(method, path);
    // Logins have limits of their own, in server/auth/login-throttle.ts.
    if (kind === "login") return Promise.resolve({ allowed: true, headers: {} });
    const by = caller === null || caller.actor.kind === "local" || kind === "stream" ? null : caller.actor;
    return this.limits.take(kind, {
      address,
      points,
      ...(by && { key: by.kind === "user" ? `user ${by.name}` : `token ${by.id}` }),
    });
  }

  private async known(request: IncomingMessage, client: Client): Promise<Caller | null> {
    const { authorization, cookie } = request.headers;
    if (authorization === undefined && cookie === undefined) return null;
    const identity = await this.options.identify({ authorization, cookie, secure: client.secure });
    return (
      identity && {
        role: identity.role,
        actor: { ...identity.actor, address: client.address, onThisMachine: client.onThisMachine },
      }
    );
  }

  private forward(
    request: IncomingMessage,
    response: ServerResponse,
    { admitted, handler }: { admitted: AdmittedRequest; handler: Handler },
  ): void {
    const { headers } = request;
    for (const name of Object.keys(headers)) if (isInternalHeader(name) || isForwardingHeader(name)) delete headers[name];
    // A handler could leak the token, for example into a log.
    delete headers.authorization;
    const { client, caller } = admitted;
    // What only a page of ours asks Next for. Next answers 500 to one that is not well formed.
    if (caller === null)
      for (const name of Object.keys(headers)) if (name === "rsc" || name.startsWith("next-")) delete headers[name];
    const { role, actor } = caller ?? { role: null, actor: { ...localCaller(client).actor, name: "nobody" } };
    const machine = machineOf(request.url ?? "");
    if (machine !== null) headers[MACHINE_HEADER] = encodeURIComponent(machine);
    headers[ACCESS_HEADER] = accessHeader({ role, actor, secure: client.secure }, this.options.accessSecret);
    if (!this.options.development) {
      const policy = contentSecurityPolicy(randomBytes(16).toString("base64"));
      // Next reads the nonce for its own scripts from this request header.
      headers["content-security-policy"] = policy;
      response.setHeader("Content-Security-Policy", policy);
    }
    void handler(request, response);
  }
}

/** Which machine a request is about; null for this one. */
function machineOf(url: string): string | null {
  const query = url.indexOf("?");
  return query < 0 ? null : new URLSearchParams(url.slice(query)).get("machine") || null;
}

function localCaller({ address, onThisMachine }: Client, connection?: LocalConnection): Caller {
  const actor = { kind: "local" as const, name: "local", id: null, address, onThisMachine };
  return { role: "admin", actor: { ...actor, ...(connection && { connection }) } };
}

/** Programs get a 401. Page requests are redirected to the login page, which leads back. */
function askForLogin(
  request: IncomingMessage,
  response: ServerResponse,
  { path, basePath }: { path: string; basePath: string },
): void {
  const { method = "", url = "/" } = request;
  if (isForPrograms(path) || (method !== "GET" && method !== "HEAD")) {
    response.setHeader("WWW-Authenticate", 'Bearer realm="hostscope"');
    const detail =
      "Log in at /login, or send a token as `Authorization: Bearer hs_...` (`hostscope token create NAME` creates one).";
    problem(response, { status: 401, title: "Log in first", detail });
    return;
  }
  const target = new URL(url, "http://localhost");
  target.searchParams.delete("_rsc");
  response.setHeader("Location", `${basePath}/login?next=${encodeURIComponent(target.pathname + target.search)}`);
  response.setHeader("Cache-Control", "no-store");
  end(response, 303);
}

function refuseUnread(response: ServerResponse, { status, detail, allow }: Extract<AccessVerdict, { kind: "refuse" }>): void {
  if (allow !== undefined) response.setHeader("Allow", allow);
  // Close the connection instead of reading the rest of the request.
  response.setHeader("Connection", "close");
  problem(response, { status, title: "Refused", detail });
}

function end(response: ServerResponse, status: number): void {
  response.setHeader("Content-Security-Policy", NOTHING_POLICY);
  response.writeHead(status);
  response.end();
}

function problem(response: ServerResponse, { status, title, detail }: Refusal): void {
  response.setHeader("Content-Security-Policy", NOTHING_POLICY);
  response.writeHead(status, { "content-type": "application/problem+json", "cache-control": "no-store" });
  const instance = problemInstance(String(response.getHeader(REQUEST_ID_HEADER)));
  response.end(JSON.stringify({ type: "about:blank", title, status, detail, instance }));
}
