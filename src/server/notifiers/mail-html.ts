/** The HTML part of a mail, with the content of the text part. Inline styles, no external resources. Pure. */
import { amountText, coverageText, percentText, whoText } from "~/domain/contributor";
import { escapeHtml } from "~/domain/escape-html";
import { formatDuration } from "~/domain/format-value";
import { headline, momentText, singleLine, sparkline } from "./message";
import type { AlertItem, AlertMessage } from "./notifier";

const COLOR = { critical: "#c62828", warning: "#9a6700", info: "#0b6bcb", resolved: "#1a7f37" } as const;
const CELL = "padding:3px 12px 3px 0;vertical-align:top";
const MUTED = "color:#62626b";
const BUTTON =
  "display:inline-block;padding:8px 16px;border-radius:8px;background:#0b6bcb;color:#ffffff;text-decoration:none;font-weight:600";

/** One line of text for a mail. */
export const html = (text: string) => escapeHtml(singleLine(text));

function row(name: string, value: string): string {
  return `<tr><td style="${CELL};${MUTED}">${html(name)}</td><td style="${CELL}">${value}</td></tr>`;
}

function causeTable({ alert }: AlertItem): string {
  const { cause, refusal } = alert;
  const rows = cause.map((one) => {
    const { name, share, value, unit, command } = one;
    // The name stands in front, in bold.
    const about = whoText(one).slice(name.length);
    const process = `<strong>${html(name)}</strong><span style="${MUTED}">${html(about)}</span>`;
    const lines = [
      ...(command && command !== name ? [`<code style="font-size:12px">${html(command)}</code>`] : []),
      ...(one.evidence ?? []).map(html),
    ];
    const below = lines.map((line) => `<br><span style="font-size:12px;${MUTED}">${line}</span>`).join("");
    return `<tr><td style="${CELL}">${process}${below}</td><td style="${CELL};text-align:right">${percentText(share)}</td><td style="${CELL};text-align:right">${html(amountText(value, unit))}</td></tr>`;
  });
  const coverage = coverageText(alert);
  if (rows.length === 0 && coverage === null) return "";
  const head = `<p style="margin:12px 0 2px;${MUTED}">Who did it</p>`;
  const said = coverage === null ? "" : `<p style="margin:2px 0;${MUTED}">${html(coverage)}</p>`;
  const table = rows.length === 0 ? "" : `<table style="border-collapse:collapse">${rows.join("")}</table>`;
  return refusal === null ? `${head}${table}${said}` : `${head}${said}${table}`;
}

function itemHtml(item: AlertItem, at: number): string {
  const { kind, alert, description, remedy, recent, acknowledge } = item;
  const state = kind === "resolved" ? "resolved" : alert.severity;
  const facts = [
    row("since", momentText(alert.startedAt, at)),
    ...(alert.resolvedAt === null
      ? []
      : [
          row("resolved", momentText(alert.resolvedAt, at)),
          row("lasted", formatDuration(Math.round((alert.resolvedAt - alert.startedAt) / 1000))),
        ]),
    ...(recent?.some((value) => value !== null)
      ? [row("last 15 min", `<span style="font-family:monospace;white-space:pre">${sparkline(recent)}</span>`)]
      : []),
  ];
  const advice = kind === "resolved" ? "" : [description, remedy].filter(Boolean).map(html).join(" ");
  const word = kind === "fired" || kind === "resolved" ? state : `${state}, ${kind}`;
  return [
    `<div style="border-left:4px solid ${COLOR[state]};padding:2px 0 2px 14px;margin:0 0 22px">`,
    `<p style="margin:0;color:${COLOR[state]};font-weight:600">${html(word)}</p>`,
    `<p style="margin:2px 0 8px;font-size:18px;font-weight:600">${html(headline(alert))}</p>`,
    `<table style="border-collapse:collapse">${facts.join("")}</table>`,
    alert.summary && kind !== "resolved" ? `<p style="margin:10px 0 0">${html(alert.summary)}</p>` : "",
    kind === "resolved" ? "" : causeTable(item),
    advice ? `<p style="margin:12px 0 0">${advice}</p>` : "",
    acknowledge && kind !== "resolved"
      ? `<p style="margin:12px 0 0"><a href="${html(acknowledge)}" style="${BUTTON}">Acknowledge</a></p>`
      : "",
    "</div>",
  ].join("");
}

export function bodyHtml(message: AlertMessage): string {
  const more = message.more > 0 ? `<p>and ${message.more} more; the Alerts page has them all</p>` : "";
  const link = message.link === null ? "" : `<p><a href="${html(message.link)}" style="color:#0b6bcb">Open in Hostscope</a></p>`;
  return [
    '<!doctype html><html lang="en"><body style="margin:0;padding:20px;font:14px/1.5 system-ui,sans-serif;color:#18181b;background:#ffffff">',
    `<p style="margin:0 0 14px;${MUTED}">${html(message.host)}</p>`,
    ...message.items.map((item) => itemHtml(item, message.at)),
    more,
    link,
    "</body></html>",
  ].join("");
}
