/** What an alert is called in mails, webhooks, the log and the list of alerts. Pure. */
import type { Alert } from "~/domain/alert";
import { formatDuration, formatLimit, formatText } from "~/domain/format-value";
import { builtInDefinition } from "~/domain/metric";
import { shownUnitName } from "~/domain/unit-name";
import type { AlertItem } from "./notifier";

/** The name of the rule that a test of a channel pretends to have. */
export const TEST_RULE = "test notification";

/** Makes text a single line without control characters, so that it cannot add a header or control a terminal. */
export function singleLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
}

interface RuleWords {
  title: string;
  /** Stands before what the alert is about: "Disk errors on sda". */
  of?: string;
  /** Stands before the value; null when the value says nothing: one is enough. */
  at?: string | null;
  /** What is said of the end in place of the value. */
  end?: string;
  /** The end of what has no value worth a word: its title would read as a new failure. */
  over?: (about: string) => string;
}

/** Shipped rules have names for the configuration; these are for people. A rule of one's own is called as it is named. */
const SHIPPED_TITLES: Readonly<Record<string, RuleWords>> = {
  cpu: { title: "CPU" },
  memory: { title: "Memory" },
  swap: { title: "Swap" },
  disk: { title: "Disk" },
  inodes: { title: "Inodes", of: "on" },
  load: { title: "Load" },
  network: { title: "Network" },
  zombies: { title: "Zombies" },
  iowait: { title: "I/O wait" },
  "memory pressure": { title: "Memory pressure" },
  "out of memory": { title: "Out of memory", at: null, over: () => "no further OOM kills" },
  "disk errors": { title: "Disk errors", of: "on", at: null, over: (disk) => `no further disk errors on ${disk}` },
  "filesystem errors": {
    title: "Filesystem errors",
    of: "on",
    at: null,
    over: (device) => `no further filesystem errors on ${device}`,
  },
  "failed units": { title: "Failed unit", at: null, over: (unit) => `unit ${unit} no longer in a failed state` },
  "disk filling": { title: "Disk" },
  "network errors": { title: "Network errors", of: "on" },
  "clock step": { title: "Clock step", at: "of", end: "over" },
  hostscope: { title: "Unsaved samples" },
  notifications: { title: "Notifications", of: "by", at: "failing for", end: "working again" },
  "machine silent": { title: "Machine", at: "silent for", end: "writing again" },
  temperature: { title: "Temperature", of: "of" },
  [TEST_RULE]: { title: "Test notification", at: null },
};

function wordsOf(rule: string): RuleWords {
  return Object.hasOwn(SHIPPED_TITLES, rule) ? (SHIPPED_TITLES[rule] as RuleWords) : { title: rule };
}

const MOUNT_POINT = "system.filesystem.mountpoint";

/** Labels that tell which of several things an alert is about, and how they are shown. */
const PLACES: readonly [string, (value: string) => string][] = [
  [MOUNT_POINT, (value) => value],
  ["system.device", (value) => value],
  ["network.interface.name", (value) => value],
  ["hw.name", (value) => value],
  ["container.name", (value) => value],
  ["systemd.unit", shownUnitName],
  ["hostscope.channel", (value) => value],
  ["hostscope.machine", (value) => value],
];

type Subject = Pick<Alert, "rule" | "metric" | "labels">;

/** What tells which: mount point, device, interface, sensor, container, unit, and the tags of a metric of one's own. */
export function telling({ metric, labels }: Pick<Subject, "metric" | "labels">): string[] {
  const places = PLACES.flatMap(([name, shown]) => (labels[name] === undefined ? [] : [shown(labels[name])]));
  const container =
    labels["container.name"] === undefined && labels["container.id"] !== undefined ? [labels["container.id"]] : [];
  const tags = builtInDefinition(metric) ? [] : Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return [...places, ...container, ...tags].map(singleLine);
}

/** The rule's title and what the alert is about: "Disk /var". */
export function subjectOf({ rule, metric, labels }: Subject): string {
  const { title, of } = wordsOf(rule);
  // A filesystem is known by its mount point.
  const { "system.device": device, ...others } = labels;
  const about = telling({ metric, labels: labels[MOUNT_POINT] === undefined ? labels : others });
  return singleLine([title, ...(of !== undefined && about.length > 0 ? [of] : []), ...about].join(" "));
}

type Titled = Subject & Pick<Alert, "value" | "threshold" | "unit" | "forecastSeconds">;

const isFull = ({ unit, threshold }: Titled) => unit === "1" && threshold === 1;

const withoutReading = ({ labels }: Titled) =>
  labels[MOUNT_POINT] === undefined ? "no longer reporting" : "no longer reporting (unmounted?)";

/** "CPU at 97%", "Disk /data will be full within 8 h", "Disk errors on sda" */
export function shortTitle(alert: Titled): string {
  const { rule, value, unit, forecastSeconds } = alert;
  const subject = subjectOf(alert);
  const { at = "at" } = wordsOf(rule);
  if (value === null) return `${subject} ${withoutReading(alert)}`;
  if (at === null) return subject;
  if (forecastSeconds === null) return `${subject} ${at} ${formatText(value, unit)}`;
  const ahead = formatDuration(forecastSeconds);
  return isFull(alert)
    ? `${subject} will be full within ${ahead}`
    : `${subject} will be ${at} ${formatText(value, unit)} in ${ahead}`;
}

/** The same with the threshold: "CPU at 97% (threshold 95%)" */
export function headline(alert: Titled): string {
  const { rule, value, threshold, unit, forecastSeconds } = alert;
  const isPlain = value === null || wordsOf(rule).at === null || (forecastSeconds !== null && isFull(alert));
  const limit = isPlain || threshold === null ? "" : ` (threshold ${formatLimit(threshold, unit)})`;
  return `${shortTitle(alert)}${limit}`;
}

/** The title of an alert that is over names the worst that was measured. */
export function lastingHeadline(alert: Alert): string {
  return headline(alert.state === "resolved" && alert.peak !== null ? { ...alert, value: alert.peak } : alert);
}

/** Within a sentence: "Zombies" is "zombies", "CPU" and "I/O wait" stay. */
function inSentence(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
}

/** Somebody has resolved it, or its rule is gone, while the value was still beyond the threshold. */
function isBeyond({ value, threshold, peak }: Alert): boolean {
  if (value === null || threshold === null) return false;
  return (peak ?? value) >= threshold ? value >= threshold : value <= threshold;
}

/** "CPU back to 62%", "disk /mnt/usb no longer reporting (unmounted?)" */
export function endTitle(alert: Alert): string {
  const subject = inSentence(subjectOf(alert));
  const { at, end, over } = wordsOf(alert.rule);
  const { value, unit, forecastSeconds } = alert;
  // Only failed units are reported: without a reading, it is none.
  if (over !== undefined && !isBeyond(alert)) return over(telling(alert).join(" "));
  if (value === null) return `${subject} ${withoutReading(alert)}`;
  if (isBeyond(alert) && at !== null) return inSentence(shortTitle(alert));
  if (end !== undefined) return `${subject} ${end}`;
  if (at === null) return subject;
  if (forecastSeconds !== null && isFull(alert)) return `${subject} no longer filling up`;
  return `${subject} back to ${formatText(value, unit)}`;
}

/** What a message says of an alert in a line, without its severity. */
export function eventTitle({ kind, alert }: Pick<AlertItem, "kind" | "alert">): string {
  switch (kind) {
    case "fired":
      return headline(alert);
    case "escalated":
      return `Now ${alert.severity}: ${headline(alert)}`;
    case "repeated":
      return `Still firing: ${headline(alert)}`;
    case "flapping":
      return `Flapping: ${headline(alert)}`;
    case "resolved":
      return `Resolved: ${endTitle(alert)}`;
  }
}
