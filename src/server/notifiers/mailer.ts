/** Sends mail, for alerts and reports. */

import nodemailer from "nodemailer";
import type { DeliveryResult } from "~/domain/notification";

const TIMEOUT_MS = 30_000;

export interface MailerOptions {
  host: string;
  port: number;
  tls: "auto" | "required" | "implicit" | "none";
  username: string | undefined;
  password: string | undefined;
  from: string;
  /** CA certificate, for tests with one of their own. */
  certificate?: string;
}

export interface Mail {
  to: readonly string[];
  subject: string;
  text: string;
  html: string;
  /** Stays the same when a mail is retried; becomes the Message-ID. */
  key: string;
  attachments?: { filename: string; contentType: string; content: Buffer }[];
}

export type SendMail = (mail: Mail) => Promise<DeliveryResult>;

/** Reports what the SMTP server said, never a password. */
function failure(error: unknown): DeliveryResult {
  const { responseCode, response, code, message } = error as {
    responseCode?: number;
    response?: string;
    code?: string;
    message?: string;
  };
  const answer = (response ?? message ?? String(error)).replace(/\s+/g, " ").slice(0, 200);
  // Do not retry after 5xx, after rejected credentials (EAUTH) or with unusable addresses (EENVELOPE).
  const final = (responseCode !== undefined && responseCode >= 500) || code === "EAUTH" || code === "EENVELOPE";
  return { ok: false, retryable: !final, answer };
}

export function createMailer(options: MailerOptions): SendMail {
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
  return async ({ to, key, attachments = [], ...mail }) => {
    const deadline = new Promise<never>((_resolve, reject) => {
      setTimeout(() => reject(new Error(`no end within ${(2 * TIMEOUT_MS) / 1000} s`)), 2 * TIMEOUT_MS).unref();
    });
    try {
      const message = { ...mail, from: options.from, to: [...to], messageId: `<${key}@hostscope>`, attachments };
      const sent = await Promise.race([transport.sendMail(message), deadline]);
      const refused = sent.rejected.length > 0 ? `, refused for ${sent.rejected.length}` : "";
      return { ok: true, answer: `${sent.response}${refused}` };
    } catch (error) {
      return failure(error);
    }
  };
}
