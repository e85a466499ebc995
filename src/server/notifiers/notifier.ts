import type { Alert, Severity } from "~/domain/alert";
import type { DeliveryResult } from "~/domain/notification";

/** One message of a channel, about one or more alerts. */
export interface AlertMessage {
  host: string;
  /** Epoch milliseconds. */
  at: number;
  items: readonly AlertItem[];
  /** How many more alerts did not fit into the message. */
  more: number;
  /** URL of the alert, or of the Alerts page for several; null if unknown. */
  link: string | null;
  /** Somebody tries the channel. */
  isTest?: true;
  /** Of a channel with several receivers: only these, or all but these. */
  only?: readonly string[];
  except?: readonly string[] | undefined;
}

export interface AlertItem {
  kind: "fired" | "escalated" | "resolved" | "repeated" | "flapping";
  alert: Alert;
  description: string;
  remedy: string;
  /** Its severity in the channel's last message about it. */
  told?: Severity;
  /** URL of a page with a button that acknowledges the alert, for a day; without it there is none. */
  acknowledge?: string;
  /** URL of the alert, in a message about several. */
  link?: string;
  /** Values of the metric over the last 15 minutes; null is a missing reading. */
  recent?: readonly (number | null)[];
}

/** Sends messages to one channel. `key` stays the same when a message is retried. */
export interface Notifier {
  name: string;
  severities: readonly Severity[];
  send(message: AlertMessage, key: string): Promise<DeliveryResult>;
}
