"use client";

import { createContext, type ReactNode, use, useContext, useMemo } from "react";
import type { Language } from "~/domain/language";
import type { Words } from "./en";
import { type Format, formatOf } from "./format";
import { loadPart, PARTS } from "./load-words";

export type { Format } from "./format";

interface Speech {
  language: Language;
  words: Words;
}

const SpeechContext = createContext<Speech | null>(null);

/** Waits for a part of the texts when a component first reads it. */
function wordsIn(language: Language, core: object): Words {
  const words = { ...core };
  for (const name of PARTS) {
    Object.defineProperty(words, name, { get: () => use(loadPart(language, name)) });
  }
  return words as Words;
}

/** Loads the texts of one language and no other: those of the frame and of Overview, and of other pages when they are opened. */
export function WordsProvider({ language, children }: { language: Language; children: ReactNode }) {
  const core = use(loadPart(language, "core"));
  const speech = useMemo(() => ({ language, words: wordsIn(language, core) }), [language, core]);
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
