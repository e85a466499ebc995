/** The form of a word for a number, for languages with two forms: "1 gap", "2 gaps". */
export interface Forms {
  one: string;
  other: string;
}

/** `plural("en")(2, { one: "gap", other: "gaps" })` is "2 gaps"; the number is grouped as the language does. */
export function plural(language: string): (count: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  return (count, { one, other }) => `${numbers.format(count)} ${rules.select(count) === "one" ? one : other}`;
}
