/** What the form of a receiver holds, as texts, and the changes of the configuration that it comes to. Pure. */
import type { Words } from "~/components/words/en";
import type { Receiver, ReceiverField, ReceiverKind } from "~/domain/receiver";

export type ReceiverDraft = Record<string, string>;

export interface ConfigChange {
  path: (string | number)[];
  /** Null removes the setting. */
  value: unknown;
}

const HIDDEN = "<secret>";
/** A map is a line for each pair. */
const PAIR = /^\s*([^:\s]+)\s*:\s*(.+?)\s*$/;

export function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "object")
    return Object.entries(value)
      .map(([key, one]) => `${key}: ${String(one)}`)
      .join("\n");
  return String(value);
}

/** A secret that is stored is never in a form: an empty field leaves it as it is. */
export function draftOf({ fields }: ReceiverKind, receiver: Receiver | null): ReceiverDraft {
  return Object.fromEntries(
    fields.map(({ key, kind, default: initial }) => {
      const value = receiver ? receiver.values[key] : initial;
      return [key, kind === "secret" || value === HIDDEN ? "" : textOf(value)];
    }),
  );
}

export const isStored = (key: string, receiver: Receiver | null) => receiver?.values[key] === HIDDEN;

const names = (text: string) =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
const lines = (text: string) => text.split("\n").filter((line) => line.trim() !== "");

interface Known {
  receiver: Receiver | null;
  words: Pick<Words["alerts"]["receiver"], "required" | "wholeNumber" | "pairs">;
}

export function mistakesOf({ fields }: ReceiverKind, draft: ReceiverDraft, { receiver, words }: Known): Record<string, string> {
  const wrong = fields.flatMap(({ key, kind, required }): [string, string][] => {
    const text = draft[key] ?? "";
    if (text.trim() === "") return required && !isStored(key, receiver) ? [[key, words.required]] : [];
    if (kind === "number" && !/^\d+$/.test(text.trim())) return [[key, words.wholeNumber]];
    if (kind === "pairs" && lines(text).some((line) => !PAIR.test(line))) return [[key, words.pairs]];
    return [];
  });
  return Object.fromEntries(wrong);
}

function settingOf({ kind }: ReceiverField, text: string): unknown {
  if (kind === "long") return text;
  if (kind === "number") return Number(text);
  if (kind === "names" || kind === "choices") return names(text);
  if (kind === "pairs") return Object.fromEntries(lines(text).map((line) => (PAIR.exec(line) ?? []).slice(1, 3)));
  return text.trim();
}

/** Where the configuration has it. */
export function pathOf({ kind, index }: Pick<Receiver, "kind" | "index">): (string | number)[] {
  return ["notifications", kind, ...(index === null ? [] : [index])];
}

interface Lists {
  before: readonly Receiver[];
  after: readonly Receiver[];
  /** What this page has removed in between, each as it was then, in order. */
  removed: readonly Receiver[];
}

/** A receiver in a later list. Undefined if that has changed in another way: a receiver without a name is known by its number only. */
export function receiverIn(receiver: Receiver, { before, after, removed }: Lists): Receiver | undefined {
  const ofKind = (list: readonly Receiver[]) => list.filter(({ kind }) => kind === receiver.kind);
  const gone = ofKind(removed);
  if (ofKind(after).length !== ofKind(before).length - gone.length) return undefined;
  const index = gone.reduce((at, one) => (at !== null && one.index !== null && one.index < at ? at - 1 : at), receiver.index);
  const found = ofKind(after).find((one) => one.index === index);
  return found && JSON.stringify(found.values) === JSON.stringify(receiver.values) ? found : undefined;
}

/** The settings that the draft changes; all of them for a new receiver, which is put after the others of its kind. */
export function changesOf(
  kind: ReceiverKind,
  draft: ReceiverDraft,
  { receiver, count }: { receiver: Receiver | null; count: number },
): ConfigChange[] {
  const before = draftOf(kind, receiver);
  const at = ["notifications", kind.kind];
  if (!receiver) {
    const given = kind.fields.filter(({ key, default: initial }) => (draft[key] ?? "") !== "" && draft[key] !== textOf(initial));
    const value = Object.fromEntries(given.map((field) => [field.key, settingOf(field, draft[field.key] ?? "")]));
    return [{ path: kind.kind === "email" ? at : [...at, count], value }];
  }
  return kind.fields
    .filter(({ key }) => (draft[key] ?? "") !== before[key])
    .map((field) => {
      const text = draft[field.key] ?? "";
      return { path: [...pathOf(receiver), field.key], value: text.trim() === "" ? null : settingOf(field, text) };
    });
}

/** `bot_token`: "Bot token". */
export function labelOf(key: string): string {
  const words = key.replaceAll("_", " ").replace(/\b(url|api|id|tls|smtp)\b/g, (word) => word.toUpperCase());
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
