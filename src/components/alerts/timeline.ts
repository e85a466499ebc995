/** What happened to an alert, oldest first. Pure. */
import type { Words } from "~/components/words/en";
import type { Format } from "~/components/words/words-provider";
import type { Answers } from "~/trpc/browser";
import type { ListedAlert } from "./alert-item";

type Sent = Pick<Answers["alerts"]["notifications"]["notifications"][number], "createdAt" | "channel" | "state" | "answer">;

export interface Step {
  at: string;
  text: string;
}

interface Language {
  words: Words["alerts"]["detail"];
  format: Pick<Format, "text" | "limit">;
}

export function timelineOf(alert: ListedAlert, messages: readonly Sent[], { words, format }: Language): Step[] {
  const { startedAt, acknowledgedAt, acknowledgedBy, resolvedAt, note } = alert;
  const steps: Step[] = [{ at: startedAt, text: beginning(alert, { words, format }) }];
  if (acknowledgedAt !== null) steps.push({ at: acknowledgedAt, text: words.acknowledged(acknowledgedBy ?? "") });
  for (const { createdAt, channel, state, answer } of messages)
    steps.push({ at: createdAt, text: `${channel}: ${words.message[state]}${answer ? `, ${answer}` : ""}` });
  if (resolvedAt !== null) steps.push({ at: resolvedAt, text: `${words.resolved}${note ? `: ${note}` : ""}` });
  return steps.sort((a, b) => a.at.localeCompare(b.at));
}

function beginning({ value, peak, threshold, unit }: ListedAlert, { words, format }: Language): string {
  const worst = peak ?? value;
  return worst === null ? words.startedWithoutReading : words.started(format.limit(threshold, unit), format.text(worst, unit));
}
