/** The HTML part of a mail, with the content of the text part. Inline styles, no external resources. Pure. */
import { amountText, coverageText, percentText, whoText } from "~/domain/contributor";
import { escapeHtml } from "~/domain/escape-html";
import { formatDuration } from "~/domain/format-value";
import { eventTitle, singleLine } from "./alert-title";
import { CONTRIBUTORS, FLAPPING, momentText, moreText, sparkline } from "./message";
import type { AlertItem, AlertMessage } from "./notifier";

const COLOR = { critical: "#c62828", warning: "#9a6700", info: "#0b6bcb", resolved: "#1a7f37" } as const;
const CELL = "padding:3px 12px 3px 0;vertical-align:top";
/** A number keeps its unit: a narrow screen breaks names instead. */
const NUMBER = `${CELL};text-align:right;white-space:nowrap`;
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
    return `<tr><td style="${CELL};word-break:break-word">${process}${below}</td><td style="${NUMBER}">${percentText(share)}</td><td style="${NUMBER}">${html(amountText(value, unit))}</td></tr>`;
  });
  const coverage = coverageText(alert);
  if (rows.length === 0 && coverage === null) return "";
  const head = rows.length === 0 ? "" : `<p style="margin:12px 0 2px;${MUTED}">${CONTRIBUTORS}</p>`;
  const said =
    coverage === null ? "" : `<p style="margin:2px 0;${MUTED}">${html(refusal === null ? coverage : `Cause: ${coverage}`)}</p>`;
  const table = rows.length === 0 ? "" : `<table style="border-collapse:collapse">${rows.join("")}</table>`;
  return refusal === null ? `${head}${table}${said}` : `${said}${head}${table}`;
}

function itemHtml(item: AlertItem, at: number): string {
  const { kind, alert, description, remedy, recent, acknowledge, link } = item;
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
  return [
    `<div style="border-left:4px solid ${COLOR[state]};padding:2px 0 2px 14px;margin:0 0 22px">`,
    `<p style="margin:0;color:${COLOR[state]};font-weight:600">${state}</p>`,
    `<p style="margin:2px 0 8px;font-size:18px;font-weight:600">${html(eventTitle(item))}</p>`,
    `<table style="border-collapse:collapse">${facts.join("")}</table>`,
    kind === "flapping" ? `<p style="margin:10px 0 0">${FLAPPING}</p>` : "",
    alert.summary && kind !== "resolved" ? `<p style="margin:10px 0 0">${html(alert.summary)}</p>` : "",
    kind === "resolved" ? "" : causeTable(item),
    advice ? `<p style="margin:12px 0 0">${advice}</p>` : "",
    acknowledge && kind !== "resolved"
      ? `<p style="margin:12px 0 0"><a href="${html(acknowledge)}" style="${BUTTON}">Acknowledge</a></p>`
      : "",
    link === undefined ? "" : `<p style="margin:12px 0 0">${linkTo(link)}</p>`,
    "</div>",
  ].join("");
}

const linkTo = (url: string) => `<a href="${html(url)}" style="color:#0b6bcb">Open in Hostscope</a>`;

export function bodyHtml(message: AlertMessage): string {
  const more = message.more > 0 ? `<p>${moreText(message)}</p>` : "";
  const link = message.link === null ? "" : `<p>${linkTo(message.link)}</p>`;
  return [
    '<!doctype html><html lang="en"><body style="margin:0;padding:20px;font:14px/1.5 system-ui,sans-serif;color:#18181b;background:#ffffff">',
    `<p style="margin:0 0 14px;${MUTED}">${html(message.host)}</p>`,
    ...message.items.map((item) =>
      message.isTest ? `<p>${html(`${item.description} ${item.remedy}`)}</p>` : itemHtml(item, message.at),
    ),
    more,
    link,
    "</body></html>",
  ].join("");
}
