/** Receivers of notifications, as forms show and change them. */

export interface ReceiverField {
  /** As in the configuration. */
  key: string;
  /** `names` is a list of texts, `pairs` a map of texts, `long` a text of several lines. */
  kind: "text" | "long" | "secret" | "number" | "choice" | "choices" | "names" | "pairs";
  required: boolean;
  choices: string[];
  /** Null without one. */
  default?: unknown;
}

export interface ReceiverKind {
  /** Its key below `notifications`. */
  kind: string;
  title: string;
  fields: ReceiverField[];
}

export interface Receiver {
  kind: string;
  /** Its place among those of its kind; null for a kind that there is one of. */
  index: number | null;
  /** As rules, tests and the log call it. */
  name: string;
  enabled: boolean;
  /** What is configured, by key; secrets are hidden. */
  values: Record<string, unknown>;
}
