/** What alerting needs from outside, and what it tells. */
import type { Alert, AlertRule, Transition } from "~/domain/alert";
import type { Cause } from "~/domain/contributor";
import type { DefinitionOf } from "~/domain/metric";
import type { AlertWriteBatch, GroupState, NotificationEvent, StoredInstance } from "~/domain/notification";
import type { Silence } from "~/domain/silence";
import type { Stretch } from "../causes/explain-metric";
import type { BandOf } from "./judgement";
import type { RouterOptions } from "./notification-router";

/** What the manager needs from the store. */
export interface AlertRecords {
  save(changes: AlertWriteBatch, now: number): Promise<void>;
  states(): Promise<Map<string, StoredInstance>>;
  /** By group key. */
  groups(): Promise<Map<string, GroupState>>;
  firing(): Promise<Alert[]>;
  /** Alerts that started or resolved since `at`. */
  since(at: number): Promise<Alert[]>;
  get(id: string): Promise<Alert | null>;
}

export interface MessageItem extends Pick<NotificationEvent, "kind" | "told"> {
  alert: Alert;
  description: string;
  remedy: string;
}

export interface AlertChange {
  kind: Transition["kind"] | "acknowledged" | "unacknowledged" | "reopened" | "removed" | "explained";
  alert: Alert;
  at: number;
}

/** What is known better of an alert a moment after it fired. */
export interface Explained {
  /** Undefined where it has it already. */
  cause: Cause | undefined;
  /** What was different, in a sentence. */
  summary: string | null;
}

export interface ManagerOptions extends RouterOptions {
  rules: readonly AlertRule[];
  silences: readonly Silence[];
  records: AlertRecords;
  /** Without it only built-in metrics have a unit while they have no series. */
  definitionOf?: DefinitionOf;
  /** Without it unusual rules wait. */
  bandOf?: BandOf;
  /** Who explains a metric over a stretch of time. */
  explain: (stretch: Stretch) => Cause;
  /** The title of an alert; that of one that has resolved replaces that of when it fired. */
  headline: (alert: Alert) => string;
  /** Serializes a message for the notifier of its channel. */
  message: (items: readonly MessageItem[], at: number) => string;
  onChange: (change: AlertChange) => void;
  /** Called when new messages are stored in the outbox. */
  onOutbox: () => void;
  onError: (error: unknown) => void;
}
