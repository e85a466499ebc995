import type { Severity } from "~/domain/alert";
import { bodyHtml } from "./mail-html";
import { createMailer, type MailerOptions } from "./mailer";
import { bodyText, subjectLine } from "./message";
import type { AlertMessage, Notifier } from "./notifier";

export interface EmailOptions extends MailerOptions {
  to: readonly string[];
  severities: readonly Severity[];
}

function receiversOf(all: readonly string[], { only, except }: Pick<AlertMessage, "only" | "except">): readonly string[] {
  return all.filter((address) => (only === undefined || only.includes(address)) && !except?.includes(address));
}

const TOLD = "sent with an earlier mail that was deferred";
/** All receivers get it with what they were owed. */
const ELSEWHERE = { outcome: TOLD, answer: TOLD };

export function emailNotifier(options: EmailOptions): Notifier {
  const send = createMailer(options);
  return {
    name: "email",
    severities: options.severities,
    async send(message, key) {
      const to = receiversOf(options.to, message);
      if (to.length === 0) return { ok: true, ...ELSEWHERE };
      return send({
        to,
        subject: subjectLine(message),
        text: bodyText(message),
        about: message.items.map(({ alert }) => alert.id),
        html: bodyHtml(message),
        key,
      });
    },
  };
}
