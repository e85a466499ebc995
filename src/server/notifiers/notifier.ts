import type { Alert, Severity } from "~/domain/alert";

/** What a channel tells: one message about one or many alerts. */
export interface AlertMessage {
  host: string;
  /** Epoch milliseconds. */
  at: number;
  items: readonly AlertItem[];
  /** Alerts of the same message that did not fit. */
  more: number;
  /** Where a person can look and act; null when no address is known. */
  link: string | null;
}

export interface AlertItem {
  kind: "fired" | "escalated" | "resolved" | "repeated" | "flapping";
  alert: Alert;
  description: string;
  remedy: string;
  /** Of the metric over the last quarter of an hour; null is "no reading". */
  recent?: readonly (number | null)[];
}

/** `retryable` says whether another try can help; `answer` is what the far side said, without secrets. */
export type Delivery =
  | { ok: true; answer: string }
  | {
      ok: false;
      retryable: boolean;
      answer: string;
      /** The far side asks to be left alone for so long. */
      retryAfterMs?: number;
    };

/** One way out. `key` is the same at each try of the same message. */
export interface Notifier {
  name: string;
  severities: readonly Severity[];
  send(message: AlertMessage, key: string): Promise<Delivery>;
}
