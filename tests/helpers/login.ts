/** A server that requires a login. */
import { type IncomingHttpHeaders, request } from "node:http";
import { join } from "node:path";
import type { TokenRole } from "../../src/domain/access";
import { Auth } from "../../src/server/auth/auth";
import { folderEnvironment, runHostscope, type ServerOptions, type StartedServer, startServer } from "./server";

export const PASSWORD = "correct horse battery";

export interface LoginServer {
  server: StartedServer;
  /** Bearer tokens. */
  tokens: Record<TokenRole, string>;
}

export async function command(folder: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runHostscope(args, folderEnvironment(folder));
  if (code !== 0) throw new Error(`hostscope ${args.join(" ")} ended with ${code}: ${stderr}`);
  return stdout.trim();
}

/** ann is an admin, bob a viewer. Created beside the running server, as `hostscope user` does it. */
export async function startWithUsers(config: string, options: ServerOptions = {}): Promise<LoginServer> {
  const server = await startServer({ ...options, config });
  const databasePath = join(server.dataDir, "hostscope.db");
  const auth = await Auth.open({ databasePath, dataDir: server.dataDir, timeoutMs: 5000 });
  const now = Date.now();
  await auth.users.add({ name: "ann", password: PASSWORD, role: "admin" });
  await auth.users.add({ name: "bob", password: PASSWORD, role: "viewer" });
  const token = async (role: TokenRole) =>
    (await auth.tokens.create({ name: role, role, createdBy: "test", expiresAt: null }, now)).token;
  const tokens = { viewer: await token("viewer"), admin: await token("admin"), pusher: await token("pusher") };
  await auth.close();
  return { server, tokens };
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** Local address to connect from. */
  from?: string;
}

/** Sends exactly this target and these headers; fetch would normalise some of them. */
export function send(port: number, target: string, { method = "GET", headers = {}, body, from }: Sent = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length =
      body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)), "content-type": "application/json" };
    const sent = request(
      { host: "127.0.0.1", port, path: target, method, headers: { ...length, ...headers }, ...(from && { localAddress: from }) },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
        response.on("error", reject);
        // A stream does not end by itself.
        if (response.headers["content-type"] === "text/event-stream") {
          response.destroy();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: "" });
        }
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

export function logIn(port: number, username: string, password = PASSWORD, extra: Sent = {}): Promise<Answer> {
  return send(port, "/api/auth/sign-in/username", { ...extra, method: "POST", body: JSON.stringify({ username, password }) });
}

/** The Cookie header that a browser would send. */
export function cookieOf({ headers }: Answer): string {
  return (headers["set-cookie"] ?? []).map((cookie) => cookie.split(";", 1)[0]).join("; ");
}
