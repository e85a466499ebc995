"use client";

import { createContext, type ReactNode, use, useContext, useMemo } from "react";
import type { Language } from "~/domain/language";
import type { Words } from "./en";
import { type Format, formatOf } from "./format";
import { loadWords } from "./load-words";

export type { Format } from "./format";

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

export function useFormat(): Format {
  const { language } = useSpeech();
  return useMemo(() => formatOf(language), [language]);
}
