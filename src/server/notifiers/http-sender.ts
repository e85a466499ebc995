/** Sends the requests of a notification, and says in the terms of the outbox how it went. */
import { EnvHttpProxyAgent, fetch, type Response } from "undici";
import { type DeliveryResult, deliveryFailure } from "~/domain/notification";
import { readBody } from "../response-body";
import { publicAgent, refusedTarget } from "./guard";
import type { ServiceRequest } from "./services/service";

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;
const SHOWN_ANSWER = 200;
const LONGEST_WAIT_MS = 3_600_000;

interface SendOptions {
  /** Refuse to connect to private addresses. Then no proxy is asked: it would connect for us. */
  publicOnly: boolean;
  /** Stays the same when a message is sent again. */
  key: string;
}

/** By HTTPS_PROXY, HTTP_PROXY and NO_PROXY, which are read at the first message. */
let proxyAgent: EnvHttpProxyAgent | undefined;

const NOT_CONNECTED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** One after the other, until one fails. Redirects are not followed: they could lead anywhere. */
export async function sendRequests(requests: readonly ServiceRequest[], options: SendOptions): Promise<DeliveryResult> {
  let result: DeliveryResult = deliveryFailure("nothing to send", { retryable: false });
  for (const request of requests) {
    result = await sendRequest(request, options);
    if (!result.ok) return result;
  }
  return result;
}

async function sendRequest(request: ServiceRequest, { publicOnly, key }: SendOptions): Promise<DeliveryResult> {
  const refused = publicOnly ? refusedTarget(request.url) : null;
  if (refused !== null) return deliveryFailure(refused, { retryable: false });
  const { url, authorization } = withoutCredentials(request.url);
  proxyAgent ??= new EnvHttpProxyAgent();
  try {
    const response = await fetch(url, {
      method: request.method,
      ...(request.method !== "GET" && { body: request.body }),
      headers: {
        ...authorization,
        ...request.headers,
        "idempotency-key": key,
        "accept-encoding": "identity",
        "user-agent": "hostscope",
      },
      redirect: "manual",
      dispatcher: publicOnly ? publicAgent : proxyAgent,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const outcome = String(response.status);
    const answer = `${outcome} ${await answerText(response)}`.trim();
    if (response.ok) return { ok: true, outcome, answer };
    const retryAfterMs = retryAfter(response.headers.get("retry-after"), Date.now());
    return {
      ok: false,
      isRefused: true,
      retryable: isTemporary(response.status),
      outcome,
      answer,
      ...(retryAfterMs !== null && { retryAfterMs }),
    };
  } catch (error) {
    // The URL is a secret: report only the error code.
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const { code, name: kind } = cause as NodeJS.ErrnoException;
    const why = kind === "TimeoutError" ? `no answer within ${TIMEOUT_MS / 1000} s` : (code ?? "no connection");
    return deliveryFailure(why, { retryable: true, isRefused: NOT_CONNECTED.has(code ?? "") });
  }
}

/** fetch takes no name and password in an address: they become a header. */
export function withoutCredentials(address: string): { url: string; authorization: Record<string, string> } {
  const url = new URL(address);
  if (url.username === "" && url.password === "") return { url: address, authorization: {} };
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = "";
  url.password = "";
  return { url: url.href, authorization: { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` } };
}

async function answerText(response: Response): Promise<string> {
  const { text } = await readBody(response, MAX_ANSWER_BYTES);
  return text.slice(0, SHOWN_ANSWER).replace(/\s+/g, " ").trim();
}

function isTemporary(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** Milliseconds to wait by a Retry-After header (seconds or a date), at most an hour; null if there is nothing to wait for. */
export function retryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(wait) && wait > 0 ? Math.min(wait, LONGEST_WAIT_MS) : null;
}
