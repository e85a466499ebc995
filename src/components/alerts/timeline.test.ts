import { expect, test } from "vitest";
import { en } from "~/components/words/en";
import { alertAnswer } from "~/domain/alert";
import { formatLimit, formatText } from "~/domain/format-value";
import { firing } from "../../../tests/helpers/alert";
import { timelineOf } from "./timeline";

const language = { words: en.alerts.detail, format: { text: formatText, limit: formatLimit } };
const at = (minute: number) => Date.UTC(2026, 10, 22, 3, minute);

test("beginning, messages, acknowledgement and end stand in the order in which they happened", () => {
  const alert = alertAnswer(
    firing({
      state: "resolved",
      peak: 0.99,
      startedAt: at(0),
      acknowledgedAt: at(5),
      acknowledgedBy: "ann",
      resolvedAt: at(9),
      note: "restarted",
    }),
  );
  const sent = { createdAt: new Date(at(1)).toISOString(), channel: "email", state: "sent" as const, answer: "250" };
  expect(timelineOf(alert, [sent], language).map(({ text }) => text)).toEqual([
    "Started (threshold 95%, peak 99%)",
    "email: sent, 250",
    "Acknowledged by ann",
    "Resolved: restarted",
  ]);
});

test("an alert for want of readings has no numbers", () => {
  const alert = alertAnswer(firing({ value: null, peak: null, threshold: null }));
  expect(timelineOf(alert, [], language)).toMatchObject([{ text: "Started: no readings" }]);
});
