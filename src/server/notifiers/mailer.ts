/** Sends mail, for alerts and reports. */

import { connect, type Socket } from "node:net";
import nodemailer from "nodemailer";
import { type DeliveryResult, deliveryFailure } from "~/domain/notification";
import { isLoopbackHost, publicLookup, refusedMailServer } from "./guard";

const TIMEOUT_MS = 30_000;
const MOST_REFERENCES = 20;

export interface MailerOptions {
  host: string;
  port: number;
  tls: "auto" | "required" | "implicit" | "none";
  username: string | undefined;
  password: string | undefined;
  from: string;
  /** What stands behind the at-sign of a Message-ID. */
  messageDomain: string;
  /** Refuse to connect to private addresses. */
  publicOnly?: boolean;
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
  /** What it is about: mails about the same stand in one thread. */
  about?: readonly string[];
  attachments?: { filename: string; contentType: string; content: Buffer }[];
}

export type SendMail = (mail: Mail) => Promise<DeliveryResult>;

interface SmtpError {
  responseCode?: number;
  response?: string;
  code?: string;
  message?: string;
  recipient?: string;
  rejectedErrors?: readonly SmtpError[];
}

/** 4xx is for now: greylisting, a full or busy server, a login that fails for a moment. */
const isTemporary = ({ responseCode }: SmtpError) => responseCode !== undefined && responseCode >= 400 && responseCode < 500;

/** Those that the server has put off, of several. */
function putOff(errors: readonly SmtpError[] | undefined): string[] {
  return (errors ?? []).filter(isTemporary).flatMap(({ recipient }) => recipient ?? []);
}

/** Reports what the SMTP server said, never a password. */
function failure(error: unknown): DeliveryResult {
  const smtp = error as SmtpError;
  const { responseCode, response, code, message, rejectedErrors } = smtp;
  const answer = (response ?? message ?? String(error)).replace(/\s+/g, " ").slice(0, 200);
  if (code === "ETLS") {
    const why =
      "the server does not offer encryption (STARTTLS); set notifications.email.tls: none to send without it, password included";
    return deliveryFailure(why, { retryable: true });
  }
  const remaining = putOff(rejectedErrors);
  // A refused login and unusable addresses stay so, unless the server says that it is for now.
  const isFinal = !isTemporary(smtp) && ((responseCode ?? 0) >= 500 || code === "EAUTH" || code === "EENVELOPE");
  const outcome = code === "EPRIVATE" ? answer : String(responseCode ?? code ?? "no connection");
  const retryable = remaining.length > 0 || (!isFinal && code !== "EPRIVATE");
  return {
    ok: false,
    isRefused: responseCode !== undefined || code === "EDNS",
    retryable,
    outcome,
    answer,
    ...(remaining.length > 0 && { remaining }),
  };
}

/** Connects to public addresses only, on the ports of mail servers. */
function publicSocket(
  options: { host?: string; port?: number },
  done: (error: Error | null, opened?: { connection: Socket }) => void,
) {
  const { host = "", port = 0 } = options;
  const refused = refusedMailServer(host, port);
  if (refused !== null) {
    done(refused);
    return;
  }
  const socket = connect({ host, port, lookup: publicLookup, timeout: TIMEOUT_MS });
  const end = (error: Error) => {
    socket.destroy();
    done(error);
  };
  socket.once("error", end);
  socket.once("timeout", () => end(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })));
  socket.once("connect", () => {
    socket.removeAllListeners("error").removeAllListeners("timeout").setTimeout(0);
    done(null, { connection: socket });
  });
}

/** A password goes to another machine only over an encrypted connection, unless `tls` is `none`. */
export function needsTls({ tls, host, password }: MailerOptions): boolean {
  return tls === "required" || (tls === "auto" && password !== undefined && !isLoopbackHost(host));
}

export function createMailer(options: MailerOptions): SendMail {
  const transport = nodemailer.createTransport({
    host: options.host,
    port: options.port,
    secure: options.tls === "implicit",
    requireTLS: needsTls(options),
    ignoreTLS: options.tls === "none",
    ...(options.username !== undefined && { auth: { user: options.username, pass: options.password ?? "" } }),
    ...(options.certificate !== undefined && { tls: { ca: options.certificate } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(options.publicOnly === true && { getSocket: publicSocket }),
  });
  return async ({ to, key, about = [], attachments = [], ...mail }) => {
    const deadline = new Promise<never>((_resolve, reject) => {
      setTimeout(
        () => reject(Object.assign(new Error(`timed out after ${(2 * TIMEOUT_MS) / 1000} s`), { code: "ETIMEDOUT" })),
        2 * TIMEOUT_MS,
      ).unref();
    });
    try {
      const thread = about.slice(0, MOST_REFERENCES).map((id) => `<${id}@${options.messageDomain}>`);
      const message = {
        ...mail,
        from: options.from,
        to: [...to],
        messageId: `<${key}@${options.messageDomain}>`,
        ...(thread[0] !== undefined && { inReplyTo: thread[0], references: thread }),
        // Nobody's holiday notice is an answer to it.
        headers: { "auto-submitted": "auto-generated" },
        attachments,
      };
      const sent = await Promise.race([transport.sendMail(message), deadline]);
      const refused = sent.rejected.length > 0 ? `, rejected for ${sent.rejected.length}` : "";
      const remaining = putOff(sent.rejectedErrors as readonly SmtpError[] | undefined);
      if (remaining.length > 0) {
        const answer = `${sent.response}, deferred for ${remaining.length}`;
        return { ok: false, isRefused: true, retryable: true, outcome: "deferred", answer, remaining };
      }
      return { ok: true, outcome: sent.response.slice(0, 3), answer: `${sent.response}${refused}` };
    } catch (error) {
      return failure(error);
    }
  };
}
