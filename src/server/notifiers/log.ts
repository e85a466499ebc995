import type { Severity } from "~/domain/alert";
import { bodyText, subjectLine } from "./message";
import type { Notifier } from "./notifier";

/** Writes each message as one line of logs/alerts.log. */
export function logNotifier(write: (line: object) => void, severities: readonly Severity[]): Notifier {
  return {
    name: "log",
    severities,
    send: async (message, key) => {
      write({
        key,
        subject: subjectLine(message),
        text: bodyText(message),
        alerts: message.items.map(({ kind, alert }) => ({ kind, id: alert.id, rule: alert.rule, severity: alert.severity })),
      });
      return { ok: true, answer: "written" };
    },
  };
}
