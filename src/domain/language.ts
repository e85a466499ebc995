/**
 * Languages of the pages. `en-XA` is English with every text longer and accented, by which one sees what is not in the words of the
 * pages and what does not fit.
 */
export const LANGUAGES = ["en", "de", "en-XA"] as const;

export type Language = (typeof LANGUAGES)[number];

export const ENGLISH: Language = "en";
