/** What a rule is called: a built-in one in the language of the page, another as somebody named it. */
export const ruleTitle = (titles: Readonly<Record<string, string>>, name: string): string =>
  (Object.hasOwn(titles, name) ? titles[name] : undefined) ?? name;
