import nodemailer from "nodemailer";
import type { Severity } from "~/domain/alert";
import { bodyHtml } from "./mail-html";
import { bodyText, subjectLine } from "./message";
import type { Delivery, Notifier } from "./notifier";

const TIMEOUT_MS = 30_000;

export interface EmailOptions {
  host: string;
  port: number;
  tls: "auto" | "required" | "implicit" | "none";
  username: string | undefined;
  password: string | undefined;
  from: string;
  to: readonly string[];
  severities: readonly Severity[];
  /** For tests with a certificate of their own. */
  certificate?: string;
}

/** What an SMTP server said is told; a password never is. */
function failure(error: unknown): Delivery {
  const { responseCode, response, code, message } = error as {
    responseCode?: number;
    response?: string;
    code?: string;
    message?: string;
  };
  const answer = (response ?? message ?? String(error)).replace(/\s+/g, " ").slice(0, 200);
  // 5xx is final, and so is a server that does not take the name and password.
  const final = (responseCode !== undefined && responseCode >= 500) || code === "EAUTH" || code === "EENVELOPE";
  return { ok: false, retryable: !final, answer };
}

export function emailNotifier(options: EmailOptions): Notifier {
  const transport = nodemailer.createTransport({
    host: options.host,
    port: options.port,
    secure: options.tls === "implicit",
    requireTLS: options.tls === "required",
    ignoreTLS: options.tls === "none",
    ...(options.username !== undefined && { auth: { user: options.username, pass: options.password ?? "" } }),
    ...(options.certificate !== undefined && { tls: { ca: options.certificate } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    name: "email",
    severities: options.severities,
    async send(message, key) {
      const deadline = new Promise<never>((_resolve, reject) => {
        setTimeout(() => reject(new Error(`no end within ${(2 * TIMEOUT_MS) / 1000} s`)), 2 * TIMEOUT_MS).unref();
      });
      try {
        const sent = await Promise.race([
          transport.sendMail({
            from: options.from,
            to: [...options.to],
            subject: subjectLine(message),
            text: bodyText(message),
            html: bodyHtml(message),
            messageId: `<${key}@hostscope>`,
          }),
          deadline,
        ]);
        const refused = sent.rejected.length > 0 ? `, refused for ${sent.rejected.length}` : "";
        return { ok: true, answer: `${sent.response}${refused}` };
      } catch (error) {
        return failure(error);
      }
    },
  };
}
