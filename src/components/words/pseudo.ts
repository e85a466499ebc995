const PLAIN = "abcdefghijklmnopqrstuvwxyz";
const ACCENTED = "áƀçđéƒĝĥíĵķļɱñóþɋŕšţúṽŵẋýž";

/** Words of this length follow the text, so that it breaks where a translation would. */
const PADDING = "~~~~~~ ";

/** A text in brackets, accented, and longer by four tenths: about what a translation into German needs. */
export function pseudo(text: string): string {
  if (!/[a-z]/i.test(text)) return text;
  const accented = text.replace(/[a-z]/g, (letter) => ACCENTED[PLAIN.indexOf(letter)] ?? letter);
  return `[${accented}${PADDING.repeat(text.length)
    .slice(0, Math.ceil(text.length * 0.4))
    .trimEnd()}]`;
}

function translated(words: unknown): unknown {
  if (typeof words === "string") return pseudo(words);
  if (typeof words === "function") return (...values: unknown[]) => translated(words(...values));
  if (Array.isArray(words)) return words.map(translated);
  if (typeof words !== "object" || words === null) return words;
  return Object.fromEntries(Object.entries(words).map(([key, value]) => [key, translated(value)]));
}

/** The same texts in the pseudo-language. */
export function pseudoOf<Texts>(texts: Texts): Texts {
  return translated(texts) as Texts;
}
