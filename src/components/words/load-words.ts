import type { Language } from "~/domain/language";
import type { Words } from "./en";

const loaded = new Map<Language, Promise<Words>>();

async function load(language: Language): Promise<Words> {
  switch (language) {
    case "en":
      return (await import("./en")).en;
    case "de":
      return (await import("./de")).de;
    case "en-XA":
      return (await import("./pseudo")).pseudoWords;
  }
}

/** The same promise for a language each time, as React's `use` needs it. */
export function loadWords(language: Language): Promise<Words> {
  let words = loaded.get(language);
  if (!words) {
    words = load(language);
    loaded.set(language, words);
  }
  return words;
}
