import {
  type FormattedValue,
  formatDuration,
  formatLimit,
  formatShortLimit,
  formatText,
  formatValue,
} from "~/domain/format-value";
import type { Language } from "~/domain/language";
import { type Forms, plural } from "./plural";

/** The functions of domain/format-value.ts, bound to the language of the page. */
export interface Format {
  text: (value: number | null | undefined, unit: string) => string;
  value: (value: number | null | undefined, unit: string) => FormattedValue;
  limit: (value: number | null | undefined, unit: string) => string;
  shortLimit: (value: number | null | undefined, unit: string) => string;
  duration: (seconds: number) => string;
  count: (count: number, forms: Forms) => string;
}

export function formatOf(language: Language): Format {
  return {
    text: (value, unit) => formatText(value, unit, language),
    value: (value, unit) => formatValue(value, unit, language),
    limit: (value, unit) => formatLimit(value, unit, language),
    shortLimit: (value, unit) => formatShortLimit(value, unit, language),
    duration: (seconds) => formatDuration(seconds, language),
    count: plural(language),
  };
}
