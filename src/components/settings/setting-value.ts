/** A setting's value as text. Pure. */
import type { Words } from "~/components/words/en";
import type { Format } from "~/components/words/words-provider";
import type { SettingKind } from "~/domain/setting";
import { wholeDuration, wholeSize } from "~/domain/whole-units";

interface Speech {
  words: Words["settings"];
  format: Pick<Format, "count">;
}

export function choiceText(choice: string, { choices }: Words["settings"]): string {
  return (choices as Readonly<Record<string, string>>)[choice] ?? choice;
}

export function valueText(kind: SettingKind, value: unknown, { words, format }: Speech): string {
  if (value === null || value === undefined || value === "") return words.value.unset;
  if (kind === "duration" && typeof value === "number") {
    const { count, unit } = wholeDuration(value);
    return format.count(count, words.units[unit]);
  }
  if (kind === "size" && typeof value === "number") {
    const { count, unit } = wholeSize(value);
    return `${count} ${words.units[unit]}`;
  }
  if (kind === "switch") return value === true ? words.value.on : words.value.off;
  if (kind === "choice") return choiceText(String(value), words);
  if (!Array.isArray(value)) return typeof value === "object" ? JSON.stringify(value) : String(value);
  if (value.length === 0) return words.value.none;
  return value.every((one) => typeof one === "string") ? value.join(", ") : format.count(value.length, words.entries);
}
