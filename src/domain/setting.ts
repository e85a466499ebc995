/** A key of the configuration, as forms, documents and the command line show it. */
export const SETTING_KINDS = [
  "duration",
  "size",
  "amount",
  "percent",
  "number",
  "switch",
  "choice",
  /** Several of `choices`. */
  "choices",
  "text",
  /** A list of texts. */
  "names",
  /** A map of texts. */
  "pairs",
  /** A list of `{name, url}`. */
  "links",
  /** A list of `{after, channels}`. */
  "steps",
  /** A list or map of blocks, each with keys of its own. */
  "blocks",
] as const;

export type SettingKind = (typeof SETTING_KINDS)[number];

export const SETTING_SOURCES = ["default", "file", "environment", "flag"] as const;

/** What a setting is set to. */
export interface SettingState {
  /** Dotted, `alerts.group_wait`. */
  path: string;
  /** The value in force: durations in seconds, sizes in bytes. A list is one setting. */
  value: unknown;
  /** As written in the file; null if it is not there. */
  written: unknown;
  default: unknown;
  source: (typeof SETTING_SOURCES)[number];
  /** False if a change takes effect only after a restart. */
  live: boolean;
}

export interface Setting extends SettingState {
  kind: SettingKind;
  /** Null for keys that have no field on the Settings page. */
  title: string | null;
  description: string;
  /** Of `choice` and `choices`. */
  choices: readonly string[];
  /** Of `number`. */
  minimum: number | null;
  maximum: number | null;
  /** The file says something else than what is in force, which takes a restart. */
  waiting: boolean;
  /** False for what only the file may set. */
  editable: boolean;
}
