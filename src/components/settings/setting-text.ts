/** A setting as text, and a typed text as the setting. Pure. */
import { formatDuration, formatText } from "~/domain/units";

/** As the file would say it: texts plain, lists and maps as JSON. */
export function settingText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

const DURATIONS = /^(retention\.(?!max_size)|alerts\.(group_wait|group_interval|repeat_interval)$|monitoring\.interval$)/;
const SIZES = /\.max_size$/;

/** For people: seconds and bytes in force as what they are; what the file says as it says it. */
export function shownSetting(path: string, value: unknown): string {
  if (typeof value === "number" && DURATIONS.test(path)) return formatDuration(value);
  if (typeof value === "number" && SIZES.test(path)) return formatText(value, "By");
  if (Array.isArray(value) && value.length === 0) return "none";
  return settingText(value);
}

/** JSON where it is JSON, else the text itself: `30s` and `"30s"` are the same. */
export function typedSetting(text: string): unknown {
  const trimmed = text.trim();
  try {
    return JSON.parse(trimmed);
  } catch {
    return trimmed;
  }
}

/** A value that hides a secret cannot be written back. */
export function holdsSecret(value: unknown): boolean {
  return JSON.stringify(value ?? null).includes("<secret>");
}
