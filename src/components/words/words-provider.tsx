"use client";

import { createContext, type ReactNode, use, useContext, useMemo } from "react";
import { type FormattedValue, formatDuration, formatLimit, formatText, formatValue } from "~/domain/format-value";
import type { Language } from "~/domain/language";
import type { Words } from "./en";
import { loadWords } from "./load-words";
import { type Forms, plural } from "./plural";

interface Speech {
  language: Language;
  words: Words;
}

const SpeechContext = createContext<Speech | null>(null);

/** Loads the texts of one language, and no other. */
export function WordsProvider({ language, children }: { language: Language; children: ReactNode }) {
  const words = use(loadWords(language));
  const speech = useMemo(() => ({ language, words }), [language, words]);
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (!speech) throw new Error("texts are used outside of WordsProvider");
  return speech;
}

export function useWords(): Words {
  return useSpeech().words;
}

export function useLanguage(): Language {
  return useSpeech().language;
}

/** The functions of domain/format-value.ts, bound to the language of the page. */
export interface Format {
  text: (value: number | null | undefined, unit: string) => string;
  value: (value: number | null | undefined, unit: string) => FormattedValue;
  limit: (value: number | null | undefined, unit: string) => string;
  duration: (seconds: number) => string;
  count: (count: number, forms: Forms) => string;
}

export function useFormat(): Format {
  const { language } = useSpeech();
  return useMemo(
    () => ({
      text: (value, unit) => formatText(value, unit, language),
      value: (value, unit) => formatValue(value, unit, language),
      limit: (value, unit) => formatLimit(value, unit, language),
      duration: (seconds) => formatDuration(seconds, language),
      count: plural(language),
    }),
    [language],
  );
}
