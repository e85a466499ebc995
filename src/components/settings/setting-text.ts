/** Converts settings to text and back. Pure. */
import { formatDuration, formatText } from "~/domain/format-value";

/** As written in the file: strings plain, lists and maps as JSON. */
export function settingText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

const DURATIONS = /^(retention\.(?!max_size)|alerts\.(group_wait|group_interval|repeat_interval)$|monitoring\.interval$)/;
const SIZES = /\.max_size$/;

/** For display: numbers of seconds and bytes are formatted, anything else is shown as in the file. */
export function shownSetting(path: string, value: unknown): string {
  if (typeof value === "number" && DURATIONS.test(path)) return formatDuration(value);
  if (typeof value === "number" && SIZES.test(path)) return formatText(value, "By");
  if (Array.isArray(value) && value.length === 0) return "none";
  return settingText(value);
}

/** Parses JSON, else keeps the text: `30s` and `"30s"` are the same. */
export function typedSetting(text: string): unknown {
  const trimmed = text.trim();
  try {
    return JSON.parse(trimmed);
  } catch {
    return trimmed;
  }
}

/** True when the value contains a masked secret, which must not be written back. */
export function holdsSecret(value: unknown): boolean {
  return JSON.stringify(value ?? null).includes("<secret>");
}
