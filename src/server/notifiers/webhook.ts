import { createHmac } from "node:crypto";
import { fetch, type Response } from "undici";
import { alertAnswer, type Severity } from "~/domain/alert";
import { type DeliveryResult, deliveryFailure } from "~/domain/notification";
import { readBody } from "../response-body";
import { publicAgent, refusedTarget } from "./guard";
import { bodyText, subjectLine } from "./message";
import type { AlertMessage, Notifier } from "./notifier";

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;
const SHOWN_ANSWER = 200;

export type WebhookFormat = "generic" | "slack" | "discord" | "ntfy";

export interface WebhookOptions {
  name: string;
  url: string;
  format: WebhookFormat;
  secret: string | undefined;
  severities: readonly Severity[];
  /** Refuse to connect to private addresses. */
  publicOnly: boolean;
}

/** The format that the receiver at this host name expects. */
export function formatForHost(url: string): WebhookFormat {
  const { hostname } = new URL(url);
  if (hostname === "hooks.slack.com") return "slack";
  if (hostname === "discord.com" || hostname === "discordapp.com") return "discord";
  if (hostname === "ntfy.sh" || hostname.startsWith("ntfy.")) return "ntfy";
  return "generic";
}

interface Body {
  content: string;
  headers: Record<string, string>;
}

const JSON_TYPE = { "content-type": "application/json" };
const NTFY_PRIORITY = { info: "3", warning: "4", critical: "5" } as const;

/** A message as JSON for programs. */
export function messageJson(message: AlertMessage, key: string) {
  return {
    version: 1,
    key,
    host: message.host,
    at: new Date(message.at).toISOString(),
    subject: subjectLine(message),
    text: bodyText(message),
    link: message.link,
    more: message.more,
    alerts: message.items.map(({ kind, alert, description, remedy }) => ({
      kind,
      ...alertAnswer(alert),
      description,
      remedy,
    })),
  };
}

/** Names of processes and devices are anybody's: `<!channel>` and `<http://x|Log in>` would be a call and a link. */
function slackText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** `[Log in](http://x)` would be a link, and a grave accent begins code. */
function discordText(text: string): string {
  return text.replace(/[[\]`]/g, "\\$&");
}

export function webhookBody(format: WebhookFormat, message: AlertMessage, key: string): Body {
  const subject = subjectLine(message);
  const text = bodyText(message);
  switch (format) {
    case "slack":
      return { content: JSON.stringify({ text: `*${slackText(subject)}*\n${slackText(text)}` }), headers: JSON_TYPE };
    case "discord":
      return {
        content: JSON.stringify({
          content: discordText(`**${subject}**\n${text}`).slice(0, 2000),
          allowed_mentions: { parse: [] },
        }),
        headers: JSON_TYPE,
      };
    case "ntfy": {
      const severity = message.items[0]?.alert.severity ?? "info";
      // Header values are bytes: encode non-ASCII text as in mail (RFC 2047).
      const title = `=?UTF-8?B?${Buffer.from(subject).toString("base64")}?=`;
      return {
        content: text,
        headers: { title, priority: NTFY_PRIORITY[severity], "content-type": "text/plain; charset=utf-8" },
      };
    }
    case "generic":
      return { content: JSON.stringify(messageJson(message, key)), headers: JSON_TYPE };
  }
}

async function answerText(response: Response): Promise<string> {
  const { text } = await readBody(response, MAX_ANSWER_BYTES);
  return text.slice(0, SHOWN_ANSWER).replace(/\s+/g, " ").trim();
}

function refusal(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** Milliseconds to wait by a Retry-After header (seconds or a date), at most an hour; null if there is nothing to wait for. */
export function retryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(wait) && wait > 0 ? Math.min(wait, 3_600_000) : null;
}

/** Posts to one URL. Does not follow redirects: they could lead anywhere. */
export function webhookNotifier({ name, url, format, secret, severities, publicOnly }: WebhookOptions): Notifier {
  return {
    name,
    severities,
    async send(message, key): Promise<DeliveryResult> {
      const refused = publicOnly ? refusedTarget(url) : null;
      if (refused !== null) return deliveryFailure(refused, { retryable: false });
      const { content, headers } = webhookBody(format, message, key);
      const signature: Record<string, string> = secret
        ? { "x-hostscope-signature": `sha256=${createHmac("sha256", secret).update(content).digest("hex")}` }
        : {};
      try {
        const response = await fetch(url, {
          method: "POST",
          body: content,
          headers: { ...headers, ...signature, "idempotency-key": key, "accept-encoding": "identity", "user-agent": "hostscope" },
          redirect: "manual",
          ...(publicOnly && { dispatcher: publicAgent }),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        const outcome = String(response.status);
        const answer = `${outcome} ${await answerText(response)}`.trim();
        if (response.ok) return { ok: true, outcome, answer };
        const retryAfterMs = retryAfter(response.headers.get("retry-after"), Date.now());
        return {
          ok: false,
          retryable: refusal(response.status),
          outcome,
          answer,
          ...(retryAfterMs !== null && { retryAfterMs }),
        };
      } catch (error) {
        // The URL is a secret: report only the error code.
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
        const { code, name: kind } = cause as NodeJS.ErrnoException;
        const why = kind === "TimeoutError" ? `no answer within ${TIMEOUT_MS / 1000} s` : (code ?? "no connection");
        return deliveryFailure(why, { retryable: true });
      }
    },
  };
}
