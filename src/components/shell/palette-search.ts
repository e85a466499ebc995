/** Finds the entries of the palette that fit what is typed, best first. Pure. */

export interface Findable {
  text: string;
  /** Other words by which people look for it. */
  keywords?: string | undefined;
  /** What is found more seldom stands behind what fits as well. */
  rank: number;
}

const WORD_START = /[\s/.:_\-([]/;

/** 4 for the whole text, 3 for its beginning, 2 for the beginning of a word, 1 for a part of a word, 0 for nothing. */
function fitOf(word: string, text: string): number {
  if (text === word) return 4;
  const place = text.indexOf(word);
  if (place <= 0) return place === 0 ? 3 : 0;
  for (let at = place; at >= 0; at = text.indexOf(word, at + 1)) if (WORD_START.test(text[at - 1] ?? "")) return 2;
  return 1;
}

/** 0 for an entry that lacks one of the words. */
function scoreOf(words: readonly string[], { text, keywords = "" }: Findable): number {
  const own = text.toLowerCase();
  let total = own === words.join(" ") ? 4 : 0;
  for (const word of words) {
    // A keyword of the entry is worth less than the same in its text.
    const fit = Math.max(fitOf(word, own), 0.8 * Math.min(2, fitOf(word, keywords.toLowerCase())));
    if (fit === 0) return 0;
    total += fit;
  }
  return total;
}

const MOST = 40;

/** The entries that have every word, best first; equal ones in their order. */
export function findEntries<Entry extends Findable>(entries: readonly Entry[], typed: string): Entry[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return entries
    .map((entry) => ({ entry, score: scoreOf(words, entry) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.entry.rank - b.entry.rank)
    .slice(0, MOST)
    .map(({ entry }) => entry);
}

/** `silence disk 2h`, `mute disk for 2 hours`: a rule by the beginning of its name, and how long. */
export function silenceOf(typed: string): { rule: string; time: string } | null {
  const [, rule, time] =
    /^(?:silence|mute|stummschalten)\s+(.+?)\s+(?:for\s+|für\s+)?(\d+(?:\.\d+)?\s*[a-z]+)$/.exec(typed.trim().toLowerCase()) ??
    [];
  return rule === undefined || time === undefined ? null : { rule, time };
}
