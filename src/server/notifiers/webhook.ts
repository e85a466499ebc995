/** Webhooks: our own JSON, a template, or the format of a service that the address is of. */
import { createHmac } from "node:crypto";
import { alertAnswer, type Severity } from "~/domain/alert";
import { telling } from "./alert-title";
import { sendRequests } from "./http-sender";
import { bodyText, subjectLine } from "./message";
import type { AlertMessage, Notifier } from "./notifier";
import { discordBody } from "./services/discord";
import { ntfyRequest } from "./services/ntfy";
import { jsonRequest, type ServiceRequest } from "./services/service";
import { worstFiring } from "./services/severity";
import { slackBody } from "./services/slack";

export type WebhookFormat = "generic" | "slack" | "discord" | "ntfy";

export interface WebhookOptions {
  name: string;
  url: string;
  format: WebhookFormat;
  secret: string | undefined;
  severities: readonly Severity[];
  /** Refuse to connect to private addresses. */
  publicOnly: boolean;
  headers?: Readonly<Record<string, string>>;
  /** The body, with `{{subject}}`, `{{text}}`, `{{host}}`, `{{severity}}`, `{{link}}` and `{{alerts}}`. */
  template?: string | undefined;
}

/** The format that the receiver at this host name expects. */
export function formatForHost(url: string): WebhookFormat {
  const { hostname } = new URL(url);
  if (hostname === "hooks.slack.com") return "slack";
  if (hostname === "discord.com" || hostname === "discordapp.com") return "discord";
  if (hostname === "ntfy.sh" || hostname.startsWith("ntfy.")) return "ntfy";
  return "generic";
}

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
    test: message.isTest ?? false,
    alerts: message.items.map(({ kind, alert, description, remedy, acknowledge = null, link = message.link }) => ({
      kind,
      ...alertAnswer(alert),
      about: telling(alert),
      description,
      remedy,
      acknowledge,
      link,
    })),
  };
}

/** Fills a template. In one that is JSON the values are escaped for strings; `{{alerts}}` is JSON itself. */
export function filledTemplate(template: string, message: AlertMessage, key: string): { body: string; isJson: boolean } {
  const { subject, text, host, link, alerts } = messageJson(message, key);
  const severity = worstFiring(message) ?? "resolved";
  const values: Record<string, string> = { subject, text, host, severity, link: link ?? "", key };
  const isJson = /^\s*(?:\[|\{(?!\{))/.test(template);
  const shown = (value: string) => (isJson ? JSON.stringify(value).slice(1, -1) : value);
  const body = template.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => {
    if (name === "alerts") return JSON.stringify(alerts);
    return Object.hasOwn(values, name) ? shown(values[name] as string) : whole;
  });
  return { body, isJson };
}

export function webhookRequest(
  message: AlertMessage,
  { url, format, headers = {}, template }: Pick<WebhookOptions, "url" | "format" | "headers" | "template">,
  key: string,
): ServiceRequest {
  if (template !== undefined) {
    const { body, isJson } = filledTemplate(template, message, key);
    const type = { "content-type": isJson ? "application/json" : "text/plain; charset=utf-8" };
    return { method: "POST", url, headers: { ...type, ...headers }, body };
  }
  switch (format) {
    case "slack":
      return jsonRequest(url, slackBody(message), headers);
    case "discord":
      return jsonRequest(url, discordBody(message), headers);
    case "ntfy": {
      const request = ntfyRequest(message, url);
      return { ...request, headers: { ...request.headers, ...headers } };
    }
    case "generic":
      return jsonRequest(url, messageJson(message, key), headers);
  }
}

export function webhookNotifier({ name, secret, severities, publicOnly, ...options }: WebhookOptions): Notifier {
  return {
    name,
    severities,
    send(message, key) {
      const request = webhookRequest(message, options, key);
      const signature: Record<string, string> = secret
        ? { "x-hostscope-signature": `sha256=${createHmac("sha256", secret).update(request.body).digest("hex")}` }
        : {};
      return sendRequests([{ ...request, headers: { ...request.headers, ...signature } }], { publicOnly, key });
    },
  };
}
