/** Says in a person's words what an alert found. Pure. */

import type { Words } from "~/components/words/en";
import type { Format } from "~/components/words/words-provider";
import type { AlertAnswer, AlertRule } from "~/domain/alert";
import { shownUnitName } from "~/domain/unit-name";

/** An alert as the lists have it. */
export type ListedAlert = AlertAnswer & { mutedBy?: string | null };

type Found = Pick<
  ListedAlert,
  | "metric"
  | "labels"
  | "message"
  | "value"
  | "threshold"
  | "unit"
  | "forecastSeconds"
  | "state"
  | "cause"
  | "firstCause"
  | "refusal"
>;

export interface Speech {
  words: Words["overview"];
  format: Format;
}

interface Subject {
  text: string;
  /** Something that happened: it has no value to tell. */
  isEvent?: true;
}

type Subjects = Words["overview"]["subject"];
type SubjectOf = (labels: Readonly<Record<string, string>>, subjects: Subjects) => string;

const SUBJECTS: Readonly<Record<string, SubjectOf>> = {
  "system.cpu.utilization": (labels, { cpu, iowait }) => (labels["cpu.mode"] === "iowait" ? iowait : cpu),
  "system.memory.utilization": (_labels, { memory }) => memory,
  "system.paging.utilization": (_labels, { swap }) => swap,
  "system.cpu.load_average.1m": (_labels, { load }) => load,
  "system.cpu.load_average.5m": (_labels, { load }) => load,
  "system.cpu.load_average.15m": (_labels, { load }) => load,
  "system.filesystem.utilization": (labels) => labels["system.filesystem.mountpoint"] ?? "",
  "system.filesystem.inodes.utilization": (labels, { inodes }) => inodes(labels["system.filesystem.mountpoint"] ?? ""),
  "system.network.utilization": (labels, { network }) => network(labels["network.interface.name"] ?? ""),
  "system.network.errors": (labels, { networkErrors }) => networkErrors(labels["network.interface.name"] ?? ""),
  "system.network.tcp.retransmits": (_labels, { retransmits }) => retransmits,
  "system.linux.pressure.cpu.some": (_labels, { cpuPressure }) => cpuPressure,
  "system.linux.pressure.memory.some": (_labels, { memoryPressure }) => memoryPressure,
  "system.linux.pressure.memory.full": (_labels, { memoryPressure }) => memoryPressure,
  "system.linux.pressure.io.some": (_labels, { ioPressure }) => ioPressure,
  "system.linux.pressure.io.full": (_labels, { ioPressure }) => ioPressure,
  "hw.temperature": (labels, { temperature }) => temperature(labels["hw.name"] ?? ""),
};

/** Things that happened. */
const EVENTS: Readonly<Record<string, SubjectOf>> = {
  "system.memory.linux.oom_kill.count": (_labels, { oom }) => oom,
  "systemd.unit.failed": (labels, { unit }) => unit(shownUnitName(labels["systemd.unit"] ?? "")),
};

function subjectOf({ metric, labels }: Pick<Found, "metric" | "labels">, subjects: Subjects): Subject | null {
  const event = EVENTS[metric];
  if (event) return { text: event(labels, subjects), isEvent: true };
  if (metric === "system.linux.kernel.event.count") {
    const about = labels["event.type"] === "disk_error" ? subjects.diskError : subjects.filesystemError;
    return { text: about(labels["system.device"] ?? ""), isEvent: true };
  }
  if (metric === "system.process.count" && labels["process.state"] === "defunct") return { text: subjects.zombies };
  const subject = SUBJECTS[metric];
  return subject ? { text: subject(labels, subjects) } : null;
}

/** "CPU at 91%"; of an alert that has ended "CPU above 90%", since its value is that of its end. */
export function findingText(alert: Found, op: AlertRule["op"], { words, format }: Speech): string {
  const subject = subjectOf(alert, words.subject);
  // A metric of the user's own: the rule's name says what it is.
  if (!subject) return alert.message;
  if (subject.isEvent) return subject.text;
  const { text } = subject;
  const { finding } = words;
  const { value, threshold, unit, forecastSeconds } = alert;
  if (forecastSeconds !== null) return finding.fullWithin(text, format.duration(forecastSeconds));
  if (alert.state === "resolved" && threshold !== null) {
    return (op === "below" ? finding.below : finding.above)(text, format.limit(threshold, unit));
  }
  return value === null ? finding.missing(text) : finding.at(text, format.text(value, unit));
}

/** The finding with who is behind it: "CPU at 91%: npm test, 78%". */
export function findingWithCause(alert: Found, op: AlertRule["op"], speech: Speech): string {
  const text = findingText(alert, op, speech);
  const [first] = alert.state === "resolved" && alert.firstCause.length > 0 ? alert.firstCause : alert.cause;
  if (!first || alert.refusal !== null) return text;
  return speech.words.sentence.because(text, first.name, speech.format.text(first.share, "1"));
}
