/**
 * GET and POST /api/acknowledge: what a link in a message opens. GET only shows a page with a button, since mail scanners open every
 * link; the button acknowledges. The signature in the link stands for a login.
 */
import type { Alert } from "~/domain/alert";
import { escapeHtml as html } from "~/domain/escape-html";
import { formatDuration } from "~/domain/format-value";
import { utcText } from "~/domain/wall-clock";
import type { Runtime } from "../runtime";
import { ACCESS_HEADER, readAccessHeader } from "./access";

const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: light-dark(#fafafa, #0f1216); color: light-dark(#18181b, #e6e9ee); }
main { max-width: 30rem; margin: 12vh auto 0; padding: 0 1rem; }
h1 { font-size: 1.25rem; margin: 0 0 .5rem; } p { margin: .4rem 0; } .quiet { color: light-dark(#62626b, #98a2b0); }
button { font: inherit; font-weight: 600; padding: .6rem 1.4rem; margin-top: 1rem; border: 0; border-radius: 10px; background: #0b6bcb; color: #fff; cursor: pointer; }
button:focus-visible { outline: 3px solid light-dark(#18181b, #fff); outline-offset: 2px; }`;

type LinkVerdict = Awaited<ReturnType<Runtime["alerts"]["links"]["look"]>>["verdict"];

const STATUS: Readonly<Record<LinkVerdict, number>> = {
  valid: 200,
  acknowledged: 200,
  resolved: 200,
  used: 410,
  expired: 410,
  forged: 400,
};

export async function serveAcknowledge(request: Request, runtime: Runtime): Promise<Response> {
  const passed = readAccessHeader(request.headers.get(ACCESS_HEADER), runtime.accessSecret);
  if (passed === null) return page(403, "", "<h1>Not allowed</h1>");
  const nonce = /'nonce-([^']+)'/.exec(request.headers.get("content-security-policy") ?? "")?.[1] ?? "";
  const fields = new URL(request.url).searchParams;
  const link = {
    alert: fields.get("alert") ?? "",
    made: Number(fields.get("made")),
    signature: fields.get("signature") ?? "",
  };
  const presses = request.method === "POST";
  const { verdict, alert } = presses ? await runtime.alerts.links.use(link) : await runtime.alerts.links.look(link);
  if (presses) {
    const done = verdict === "valid";
    runtime.audit.record({
      at: Date.now(),
      actor: passed.actor.name,
      address: passed.actor.address,
      action: "alerts.acknowledge",
      target: `id=${link.alert}`,
      result: done ? "ok" : verdict,
      changes: done ? [{ what: "acknowledgedBy", from: null, to: alert?.acknowledgedBy ?? null }] : [],
    });
  }
  return page(STATUS[verdict], nonce, contentOf(verdict, alert, presses));
}

function contentOf(verdict: LinkVerdict, alert: Alert | null, presses: boolean): string {
  if (alert === null || verdict === "forged" || verdict === "expired" || verdict === "used")
    return REFUSED[verdict] ?? REFUSED.expired;
  const about = `<h1>${html(alert.message)}</h1><p class="quiet">${html(alert.severity)}, since ${html(utcText(alert.startedAt))}</p>`;
  if (verdict === "resolved") {
    const lasted = formatDuration(Math.round(((alert.resolvedAt ?? alert.startedAt) - alert.startedAt) / 1000));
    return `${about}<p>Resolved after ${html(lasted)}. No action is needed.</p>`;
  }
  if (verdict === "acknowledged") return `${about}<p>Already acknowledged by ${html(alert.acknowledgedBy ?? "somebody")}.</p>`;
  if (presses) return `${about}<p>Acknowledged. There will be no reminders unless its severity rises.</p>`;
  return `${about}<p>Acknowledging stops reminders and escalation steps until its severity rises or it resolves.</p><form method="post"><button>Acknowledge</button></form>`;
}

const REFUSED: Partial<Record<LinkVerdict, string>> & { expired: string } = {
  forged:
    "<h1>This link is not valid</h1><p>It is incomplete or was modified. Open it from the notification again, or log in and acknowledge the alert on the Alerts page.</p>",
  expired:
    "<h1>This link has expired</h1><p>Links in notifications are valid for 24 hours. Log in and acknowledge the alert on the Alerts page.</p>",
  used: "<h1>This link has already been used</h1><p>Each link works once. The alert is no longer acknowledged: log in and check it on the Alerts page.</p>",
};

function page(status: number, nonce: string, content: string): Response {
  const text = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>Acknowledge an alert</title><style nonce="${nonce}">${STYLE}</style></head><body><main>${content}</main></body></html>`;
  return new Response(text, { status, headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" } });
}
