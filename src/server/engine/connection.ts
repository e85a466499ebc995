/** Requests to an engine (Prometheus, VictoriaMetrics, Mimir, ...) with the credentials and certificates of the configuration. */
import { Agent, type Dispatcher, EnvHttpProxyAgent, fetch, type Response } from "undici";
import type { EngineConnection } from "../config/remote-schema";
import { withoutCredentials } from "../notifiers/http-sender";
import { readRegularFile } from "../regular-file";

const MOST_FILE_BYTES = 1024 * 1024;

export interface EngineRequest {
  /** Added to the address of the engine. */
  path?: string;
  method: "GET" | "POST";
  body?: Uint8Array<ArrayBuffer> | string;
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

export interface Engine {
  /** Throws an Error whose message says what failed, without address and credentials. */
  send(request: EngineRequest): Promise<Response>;
  close(): Promise<void>;
}

const readText = (path: string) => readRegularFile(path, MOST_FILE_BYTES).trim();

/** Read for each request: tokens are renewed in their files. */
function authorizationOf({ basic_auth, authorization, bearer_token_file }: EngineConnection): Record<string, string> {
  if (basic_auth) {
    const { username, password, password_file } = basic_auth;
    const secret = password ?? (password_file === undefined ? "" : readText(password_file));
    return { authorization: `Basic ${Buffer.from(`${username}:${secret}`).toString("base64")}` };
  }
  if (authorization) {
    const { type, credentials, credentials_file } = authorization;
    const secret = credentials ?? (credentials_file === undefined ? "" : readText(credentials_file));
    return { authorization: `${type} ${secret}`.trim() };
  }
  return bearer_token_file === undefined ? {} : { authorization: `Bearer ${readText(bearer_token_file)}` };
}

function dispatcherOf({ tls_config: tls }: EngineConnection): Dispatcher {
  if (!tls) return new EnvHttpProxyAgent();
  const { ca_file, cert_file, key_file, server_name, insecure_skip_verify } = tls;
  const connect = {
    ...(ca_file !== undefined && { ca: readText(ca_file) }),
    ...(cert_file !== undefined && { cert: readText(cert_file) }),
    ...(key_file !== undefined && { key: readText(key_file) }),
    ...(server_name !== undefined && { servername: server_name }),
    rejectUnauthorized: !insecure_skip_verify,
  };
  return new Agent({ connect });
}

export function openEngine(address: string, connection: EngineConnection): Engine {
  const { url, authorization } = withoutCredentials(address);
  let dispatcher: Dispatcher | undefined;
  return {
    async send({ path = "", method, body, headers, timeoutMs, signal }) {
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        dispatcher ??= dispatcherOf(connection);
        return await fetch(joined(url, path), {
          method,
          ...(body !== undefined && { body }),
          headers: {
            ...authorization,
            ...connection.headers,
            ...authorizationOf(connection),
            "user-agent": "hostscope",
            ...headers,
          },
          redirect: "manual",
          dispatcher,
          signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
        });
      } catch (error) {
        throw new Error(reasonOf(error, timeoutMs), { cause: error });
      }
    },
    close: async () => dispatcher?.close(),
  };
}

/** A query in the address stays behind the path. */
function joined(address: string, path: string): string {
  if (path === "") return address;
  const url = new URL(address);
  url.pathname = url.pathname.replace(/\/$/, "") + path;
  return url.href;
}

/** The address may hold a secret: only the code of the error is told. */
function reasonOf(error: unknown, timeoutMs: number): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code, name, path } = cause as NodeJS.ErrnoException;
  if (name === "TimeoutError") return `no answer within ${timeoutMs / 1000} s`;
  if (path !== undefined && code !== undefined) return `cannot read ${path} (${code})`;
  return code === undefined ? "no connection" : `no connection (${code})`;
}
