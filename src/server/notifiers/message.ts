/** Alert texts, the same in mail, webhooks, the log and the terminal. Pure. */
import { type Alert, rank } from "~/domain/alert";
import { amountText, causeText, coverageText, shareText, whoText } from "~/domain/contributor";
import { formatDuration, formatText } from "~/domain/format-value";
import { endTitle, eventTitle, shortTitle, singleLine } from "./alert-title";
import type { AlertItem, AlertMessage } from "./notifier";

const SUBJECT_LENGTH = 150;

const LEVELS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** Draws readings as blocks, from zero to the largest value; a missing reading is a blank. */
export function sparkline(values: readonly (number | null)[]): string {
  const top = Math.max(0, ...values.map((value) => value ?? 0));
  return values
    .map((value) => {
      if (value === null) return " ";
      const level = top > 0 ? Math.round((Math.max(0, value) / top) * (LEVELS.length - 1)) : 0;
      return LEVELS[level] ?? " ";
    })
    .join("");
}

/** Fits a lock screen: `[critical] web-1: CPU at 97% for 4 min, postgres 61%`. */
export function subjectLine(message: AlertMessage): string {
  const { host, items, more } = message;
  const weight = ({ kind, alert }: AlertItem) => (kind === "resolved" ? -1 : rank(alert.severity));
  const worst = [...items].sort((a, b) => weight(b) - weight(a))[0];
  if (!worst) return `[hostscope] ${singleLine(host)}`;
  if (message.isTest) return singleLine(`[test] ${host}: ${TEST_TEXT[worst.kind === "resolved" ? "resolved" : "fired"]}`);
  const others = items.length + more - 1;
  const tail = others > 0 ? ` + ${others} more` : "";
  const severity = worst.kind === "resolved" ? "resolved" : worst.alert.severity;
  return singleLine(`[${severity}] ${host}: ${subjectText(worst, message.at)}${tail}`).slice(0, SUBJECT_LENGTH);
}

/** What a test of a channel says of itself. */
const TEST_TEXT = { fired: "this is a test notification", resolved: "this is a test notification, resolved" } as const;

function subjectText({ kind, alert }: AlertItem, at: number): string {
  const end = alert.resolvedAt ?? at;
  const lasted = formatDuration(Math.round((end - alert.startedAt) / 1000));
  const isBrief = end - alert.startedAt < 1000;
  if (kind === "resolved") return `${endTitle(alert)}${isBrief ? "" : ` after ${lasted}`}`;
  const by = alert.refusal === null ? causeText(alert) : null;
  const title = shortTitle(alert);
  // "will be full within 8 h for 4 min" would be a riddle.
  const told = / (?:within|for) /.test(title) ? `, firing for ${lasted}` : ` for ${lasted}`;
  return `${title}${isBrief ? "" : told}${by === null ? "" : `, ${singleLine(by)}`}`;
}

/** "03:08 UTC (4 min ago)", with the day where it is another one than that of the message. */
export function momentText(at: number, now: number): string {
  const [day, time] = new Date(at).toISOString().split("T") as [string, string];
  const isToday = new Date(now).toISOString().startsWith(day);
  const ago = Math.round((now - at) / 1000);
  const when = `${isToday ? "" : `${day} `}${time.slice(0, 5)} UTC`;
  return ago < 1 ? when : `${when} (${formatDuration(ago)} ago)`;
}

function recentText(recent: AlertItem["recent"], unit: string): string[] {
  const known = (recent ?? []).filter((value) => value !== null);
  if (!recent || known.length < 2) return [];
  const [low, high] = [Math.min(...known), Math.max(...known)].map((value) => formatText(value, unit));
  return [`  last 15 min ${sparkline(recent)} ${low} to ${high}`];
}

/** What stands above those that explain an alert. */
export const CONTRIBUTORS = "Top contributors";

/** Each with how much, and how much that is of the whole: "    npm test (pid 9040, ann), 214 processes: 78% of the CPU, 1.6 cores" */
function causeLines(alert: Alert): string[] {
  const { cause, refusal } = alert;
  const coverage = coverageText(alert);
  const lines = cause.flatMap((one) => [
    `    ${singleLine(`${whoText(one)}: ${shareText(one)}, ${amountText(one.value, one.unit)}`)}`,
    ...(one.command === "" || one.command === one.name ? [] : [`      ${singleLine(one.command)}`]),
    ...(one.evidence ?? []).map((text) => `      ${singleLine(text)}`),
  ]);
  const said = coverage === null ? [] : [`  ${singleLine(refusal === null ? coverage : `Cause: ${coverage}`)}`];
  if (lines.length === 0) return said;
  const listed = [`  ${CONTRIBUTORS}:`, ...lines];
  return refusal === null ? [...listed, ...said] : [...said, ...listed];
}

export const FLAPPING = "Further notifications are paused until it settles.";

function itemText({ kind, alert, description, remedy, recent, acknowledge, link }: AlertItem, now: number): string {
  const isOver = kind === "resolved";
  const tag = isOver || kind === "escalated" ? "" : `[${alert.severity}] `;
  const lines = [`${tag}${eventTitle({ kind, alert })}`, `  since ${momentText(alert.startedAt, now)}`];
  if (alert.resolvedAt !== null) {
    const lasted = formatDuration(Math.round((alert.resolvedAt - alert.startedAt) / 1000));
    lines.push(`  resolved ${momentText(alert.resolvedAt, now)}, after ${lasted}`);
  }
  lines.push(...recentText(recent, alert.unit));
  if (!isOver) {
    if (kind === "flapping") lines.push(`  ${FLAPPING}`);
    if (alert.summary) lines.push(`  ${singleLine(alert.summary)}`);
    lines.push(...causeLines(alert));
    for (const text of [description, remedy])
      for (const line of text?.split("\n") ?? []) if (line.trim() !== "") lines.push(`  ${singleLine(line)}`);
    if (acknowledge !== undefined) lines.push(`  Acknowledge: ${acknowledge}`);
  }
  if (link !== undefined) lines.push(`  ${link}`);
  return lines.join("\n");
}

export function bodyText(message: AlertMessage): string {
  const parts = message.items.map((item) => (message.isTest ? `${item.description} ${item.remedy}` : itemText(item, message.at)));
  if (message.more > 0) parts.push(moreText(message));
  if (message.link !== null) parts.push(message.link);
  return `${singleLine(message.host)}\n\n${parts.join("\n\n")}\n`;
}

/** What follows the alerts that a message has room for. */
export const moreText = ({ more }: Pick<AlertMessage, "more">): string => `+ ${more} more on the Alerts page`;
