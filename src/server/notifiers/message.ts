/** Alert texts, the same in mail, webhooks, the log and the terminal. Pure. */
import { type Alert, rank } from "~/domain/alert";
import { amountText, causeText, coverageText, shareText, whoText } from "~/domain/contributor";
import { formatDuration, formatText } from "~/domain/format-value";
import { builtInDefinition } from "~/domain/metric";
import { shownUnitName } from "~/domain/unit-name";
import type { AlertItem, AlertMessage } from "./notifier";

const SUBJECT_LENGTH = 150;

/** Makes text a single line without control characters, so that it cannot add a header or control a terminal. */
export function singleLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
}

/** Labels that tell which of several things an alert is about, and how they are shown. */
const PLACES: readonly [string, (value: string) => string][] = [
  ["system.filesystem.mountpoint", (value) => value],
  ["system.device", (value) => value],
  ["network.interface.name", (value) => value],
  ["hw.name", (value) => value],
  ["container.name", (value) => value],
  ["systemd.unit", shownUnitName],
  ["hostscope.channel", (value) => value],
];

/** What tells which: mount point, device, interface, sensor, container, unit, and the tags of a metric of one's own. */
export function telling({ metric, labels }: Pick<Alert, "metric" | "labels">): string[] {
  const places = PLACES.flatMap(([name, shown]) => (labels[name] === undefined ? [] : [shown(labels[name])]));
  const container =
    labels["container.name"] === undefined && labels["container.id"] !== undefined ? [labels["container.id"]] : [];
  const tags = builtInDefinition(metric) ? [] : Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return [...places, ...container, ...tags].map(singleLine);
}

/** The rule and what the alert is about. */
export function subjectOf(alert: Pick<Alert, "rule" | "metric" | "labels">): string {
  return singleLine([alert.rule, ...telling(alert)].join(" "));
}

/** "cpu at 97 % (limit 95 %)", "data full soon at 104 % in 8 h (limit 100 %)" */
export function headline(
  alert: Pick<Alert, "rule" | "metric" | "labels" | "value" | "threshold" | "unit" | "forecastSeconds">,
): string {
  const ahead = alert.forecastSeconds === null ? "" : ` in ${formatDuration(alert.forecastSeconds)}`;
  const value = alert.value === null ? "without a reading" : `at ${formatText(alert.value, alert.unit)}${ahead}`;
  const limit = alert.threshold === null ? "" : ` (limit ${formatText(alert.threshold, alert.unit)})`;
  return `${subjectOf(alert)} ${value}${limit}`;
}

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

const VERB = {
  fired: "",
  escalated: "worse: ",
  resolved: "resolved: ",
  repeated: "still: ",
  flapping: "flapping, told again when it has settled: ",
} as const;

/** Fits a lock screen: `[critical] web-1 cpu 97 % for 4 min: postgres 61 %`. */
export function subjectLine({ host, items, more, at }: AlertMessage): string {
  const worst = [...items].sort((a, b) => rank(b.alert.severity) - rank(a.alert.severity))[0];
  if (!worst) return `[hostscope] ${singleLine(host)}`;
  const { alert, kind } = worst;
  const ahead = alert.forecastSeconds === null ? "" : ` in ${formatDuration(alert.forecastSeconds)}`;
  const value = alert.value === null ? "no reading" : `${formatText(alert.value, alert.unit)}${ahead}`;
  const end = kind === "resolved" ? (alert.resolvedAt ?? at) : at;
  const lasted = end - alert.startedAt >= 1000 ? ` for ${formatDuration(Math.round((end - alert.startedAt) / 1000))}` : "";
  const by = kind === "resolved" ? null : causeText(alert);
  const cause = by === null ? "" : `: ${singleLine(by)}`;
  const others = items.length + more - 1;
  const tail = others > 0 ? ` and ${others} more` : "";
  const severity = kind === "resolved" ? "resolved" : alert.severity;
  return singleLine(`[${severity}] ${host} ${subjectOf(alert)} ${value}${lasted}${cause}${tail}`).slice(0, SUBJECT_LENGTH);
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

/** "  cause: npm test (pid 9040, started by ann in tmux), 214 processes, 78 % of the CPU, 1.6 cores: npm", and how much that is of the whole. */
function causeLines(alert: Alert): string[] {
  const lines = alert.cause.map((one) => {
    const word = alert.refusal === null ? "cause" : "most";
    const command = one.command === "" || one.command === one.name ? "" : `: ${one.command}`;
    return `${word}: ${whoText(one)}, ${shareText(one)}, ${amountText(one.value, one.unit)}${command}`;
  });
  const evidence = alert.cause.flatMap((one) => one.evidence ?? []);
  const coverage = coverageText(alert);
  const all = alert.refusal === null ? [...lines, ...evidence, coverage] : [`cause: ${coverage}`, ...lines, ...evidence];
  return all.filter((line) => line !== null).map((line) => `  ${singleLine(line)}`);
}

function itemText({ kind, alert, description, remedy, recent, acknowledge }: AlertItem, now: number): string {
  const lines = [`${VERB[kind]}${kind === "resolved" ? "" : `[${alert.severity}] `}${headline(alert)}`];
  lines.push(`  since ${momentText(alert.startedAt, now)}`);
  if (alert.resolvedAt !== null) {
    lines.push(
      `  resolved ${momentText(alert.resolvedAt, now)}, after ${formatDuration(Math.round((alert.resolvedAt - alert.startedAt) / 1000))}`,
    );
  }
  lines.push(...recentText(recent, alert.unit));
  if (kind !== "resolved") {
    if (alert.summary) lines.push(`  ${singleLine(alert.summary)}`);
    lines.push(...causeLines(alert));
    for (const text of [description, remedy])
      for (const line of text?.split("\n") ?? []) if (line.trim() !== "") lines.push(`  ${singleLine(line)}`);
    if (acknowledge !== undefined) lines.push(`  acknowledge: ${acknowledge}`);
  }
  return lines.join("\n");
}

export function bodyText(message: AlertMessage): string {
  const parts = message.items.map((item) => itemText(item, message.at));
  if (message.more > 0) parts.push(`and ${message.more} more; the Alerts page has them all`);
  if (message.link !== null) parts.push(message.link);
  return `${singleLine(message.host)}\n\n${parts.join("\n\n")}\n`;
}
