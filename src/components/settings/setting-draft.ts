/** What the field of a setting holds, as text, and the setting that it comes to. Pure. */
import type { Setting, SettingKind } from "~/domain/setting";
import { UNIT_SIZES, type WholeUnit, wholeDuration, wholeSize, writtenCount } from "~/domain/whole-units";

export interface SettingDraft {
  text: string;
  /** Of durations and sizes. */
  unit: WholeUnit | null;
}

/** Null takes the setting out of the file. */
export type DraftResult = { value: unknown } | { wrong: "number" | "range" | "links" | "steps" };

type Limits = Pick<Setting, "kind" | "minimum" | "maximum">;

const LINK = /^\s*(.+?)\s*:\s*(https?:\/\/\S+)\s*$/i;
const STEP = /^\s*([\d.]+\s*[a-z]*)\s*:\s*(.+?)\s*$/i;

interface Link {
  name: string;
  url: string;
}

interface Step {
  after: number | string;
  channels: readonly string[];
}

/** The schema says what lists of these kinds hold. */
const linksOf = (value: unknown) => (Array.isArray(value) ? (value as Link[]) : []);
const stepsOf = (value: unknown) => (Array.isArray(value) ? (value as Step[]) : []);

export function draftOf(kind: SettingKind, value: unknown): SettingDraft {
  const plain = (text: string): SettingDraft => ({ text, unit: null });
  if (kind === "duration" || kind === "size") {
    const whole = typeof value !== "number" ? null : kind === "duration" ? wholeDuration(value) : wholeSize(value);
    return whole ? { text: String(whole.count), unit: whole.unit } : { text: "", unit: kind === "duration" ? "second" : "MiB" };
  }
  if (kind === "links")
    return plain(
      linksOf(value)
        .map(({ name, url }) => `${name}: ${url}`)
        .join("\n"),
    );
  if (kind === "steps") {
    const shown = (after: number | string) => (typeof after === "number" ? writtenCount(wholeDuration(after)) : after);
    return plain(
      stepsOf(value)
        .map(({ after, channels }) => `${shown(after)}: ${channels.join(", ")}`)
        .join("\n"),
    );
  }
  if (value === null || value === undefined) return plain("");
  return plain(Array.isArray(value) ? value.join(", ") : String(value));
}

function namesOf(text: string): string[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

/** An entry for each line; null if one does not read. */
function entriesOf<Entry>(text: string, pattern: RegExp, entry: (first: string, rest: string) => Entry): Entry[] | null {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const found = lines.flatMap((line) => {
    const [, first, rest] = pattern.exec(line) ?? [];
    return first === undefined || rest === undefined ? [] : [entry(first, rest)];
  });
  return found.length === lines.length ? found : null;
}

export function settingOf({ kind, minimum, maximum }: Limits, { text, unit }: SettingDraft): DraftResult {
  const trimmed = text.trim();
  const count = Number(trimmed.replace(",", "."));
  switch (kind) {
    case "duration":
    case "size":
      if (trimmed === "" || !Number.isFinite(count) || count < 0 || unit === null) return { wrong: "number" };
      return { value: writtenCount({ count, unit }) };
    case "number":
      if (trimmed === "" || !Number.isFinite(count)) return { wrong: "number" };
      return count < (minimum ?? count) || count > (maximum ?? count) ? { wrong: "range" } : { value: count };
    case "names":
    case "choices":
      return { value: namesOf(text) };
    case "links": {
      const links = entriesOf(text, LINK, (name, url) => ({ name, url }));
      return links ? { value: links } : { wrong: "links" };
    }
    case "steps": {
      const steps = entriesOf(text, STEP, (after, channels) => ({
        after: after.replace(/\s/g, ""),
        channels: namesOf(channels),
      }));
      return steps ? { value: steps } : { wrong: "steps" };
    }
    default:
      return { value: trimmed === "" ? null : trimmed };
  }
}

/** True when the value holds a secret, which the server does not show and which must not be written back. */
export function holdsSecret(value: unknown): boolean {
  return JSON.stringify(value ?? null).includes("<secret>");
}

/** True for `${NAME}`: the file takes the value from the environment, and a change would end that. */
export function isReference(value: unknown): boolean {
  return JSON.stringify(value ?? null).includes("${");
}

/** Whether a draft comes to the same as another. */
export function isSame(a: SettingDraft, b: SettingDraft): boolean {
  const size = ({ text, unit }: SettingDraft) => (unit === null ? text.trim() : Number(text) * UNIT_SIZES[unit]);
  return size(a) === size(b);
}
