/** Sums up the judgement of the machine in one sentence above the cards. Pure. */
import { type AlertRule, isAnswerAcknowledged, type ListedRule, type Severity } from "~/domain/alert";
import { bySeverity, type Judgement, mutingOf } from "~/domain/judgement";
import { findingWithCause, type ListedAlert, type Speech } from "./finding";

export interface Sentence {
  severity: "ok" | Severity;
  text: string;
  detail: string;
}

type Rule = Pick<ListedRule, "name" | "op" | "windowSeconds" | "aggregate" | "enabled">;

interface Figures {
  cpu: number | null;
  memory: number | null;
  rules: readonly Rule[];
}

/** Whether a rule watches for too much or too little; a rule that is gone watched for too much. */
export function opOf({ rule }: Pick<ListedAlert, "rule">, rules: readonly Pick<Rule, "name" | "op">[]): AlertRule["op"] {
  return rules.find(({ name }) => name === rule)?.op ?? "above";
}

/** How the machine is now. */
export function sentenceOf(
  judgement: Judgement<ListedAlert>,
  { cpu, memory, rules, now, format, words }: Figures & Speech & { now: number },
): Sentence {
  const { sentence, checks } = words;
  const { severity, firing, trouble, isStopped } = judgement;
  const enabled = rules.filter((rule) => rule.enabled).length;
  const usage = sentence.usage(format.text(cpu, "1"), format.text(memory, "1"));
  const watched = enabled === 0 ? usage : `${usage} ${sentence.rules(enabled)}`;
  const [check] = trouble;
  const needs = check ? sentence.trouble(checks[check.name] ?? check.name) : null;
  // Nothing is measured: what was found is from before.
  if (isStopped) return { severity, text: sentence.stopped, detail: sentence.stoppedDetail };
  const [worst] = firing;
  // An alert is never behind the health of what found it.
  if (worst) {
    const text = withMore(markedText(worst, { rules, now, format, words }), firing.length - 1, words);
    return {
      // Of the alert that is named: a worse one that is acknowledged already comes after it.
      severity: worst.severity,
      text,
      detail: [limitText(worst, rules, { format, words }), needs && `${needs}.`, usage].filter(Boolean).join(" "),
    };
  }
  if (needs !== null) return { severity, text: needs, detail: trouble.map(({ detail }) => detail).join("; ") };
  return { severity, text: sentence.calm, detail: watched };
}

/** How the machine was in a range that is over; of alerts that are not read yet nothing is said. */
export function pastSentence(
  alerts: readonly ListedAlert[] | null,
  { cpu, memory, rules, format, words }: Figures & Speech,
): Sentence {
  const { sentence } = words;
  const detail = sentence.usageThen(format.text(cpu, "1"), format.text(memory, "1"));
  if (alerts === null) return { severity: "ok", text: words.title, detail };
  const sorted = bySeverity(alerts);
  const [worst] = sorted;
  if (!worst) return { severity: "ok", text: sentence.calmThen, detail };
  // The value of one that still fires is that of now.
  const text = findingWithCause({ ...worst, state: "resolved" }, opOf(worst, rules), { format, words });
  return { severity: worst.severity, text: withMore(text, sorted.length - 1, words), detail };
}

function withMore(text: string, more: number, { sentence }: Speech["words"]): string {
  return more === 0 ? text : `${text} ${sentence.more(more)}`;
}

function markedText(
  alert: ListedAlert,
  { rules, now, format, words }: Pick<Figures, "rules"> & Speech & { now: number },
): string {
  const text = findingWithCause(alert, opOf(alert, rules), { format, words });
  if (isAnswerAcknowledged(alert, now)) return words.sentence.acknowledged(text);
  return alert.mutedBy ? words.sentence[mutingOf(alert.mutedBy)](text) : text;
}

/** The value of an alert is not the newest reading where its rule takes an average. */
function limitText(alert: ListedAlert, rules: readonly Rule[], { format, words }: Speech): string | null {
  const { threshold, unit } = alert;
  if (threshold === null || alert.forecastSeconds !== null) return null;
  const rule = rules.find(({ name }) => name === alert.rule);
  const limit = format.limit(threshold, unit);
  return rule && rule.aggregate === "avg" && rule.windowSeconds > 0
    ? words.sentence.average(format.duration(rule.windowSeconds), limit)
    : words.sentence.limit(limit);
}
