import type { Severity } from "~/domain/alert";
import { bodyHtml } from "./mail-html";
import { createMailer, type MailerOptions } from "./mailer";
import { bodyText, subjectLine } from "./message";
import type { Notifier } from "./notifier";

export interface EmailOptions extends MailerOptions {
  to: readonly string[];
  severities: readonly Severity[];
}

export function emailNotifier(options: EmailOptions): Notifier {
  const send = createMailer(options);
  return {
    name: "email",
    severities: options.severities,
    send: (message, key) =>
      send({ to: options.to, subject: subjectLine(message), text: bodyText(message), html: bodyHtml(message), key }),
  };
}
