/** Splits what is given to a shell into commands and words, as far as redact.ts needs it. Linear in the length. Pure. */

const OPERATOR = /&&|\|\||\|&|<<<|<<-?|\$\(|[;&|()`]/y;
const BETWEEN_COMMANDS = /^(?:&&|\|\||\|&|[;&|()`]|\$\(|\n+)$/;
const PIPES = new Set(["|", "|&"]);

/** Words before a program that leave its arguments what they are. */
const BEFORE_PROGRAM =
  /^(?:!|\{|if|elif|then|else|do|while|until|time|sudo|doas|env|nice|nohup|exec|command|builtin|setsid|stdbuf|[A-Za-z_]\w*=.*)$/s;
const WRITERS = /^(?:echo|printf|yes)$/;

/** Blanks, operators, and words with their quotes: joined, they are the text. */
export function partsOf(text: string): string[] {
  const parts: string[] = [];
  /** Quotes that are not closed any more from here on: none is looked for twice. */
  const unclosed = new Set<string>();
  const afterQuote = (at: number): number => {
    const quote = text[at] as string;
    if (unclosed.has(quote)) return at + 1;
    for (let end = at + 1; end < text.length; end++) {
      if (quote === '"' && text[end] === "\\") end++;
      else if (text[end] === quote) return end + 1;
    }
    unclosed.add(quote);
    return at + 1;
  };
  const operatorAt = (at: number): string | undefined => {
    OPERATOR.lastIndex = at;
    return OPERATOR.exec(text)?.[0];
  };
  for (let at = 0; at < text.length; ) {
    const start = at;
    const operator = operatorAt(at);
    if (operator !== undefined) at += operator.length;
    else if (isBlank(text[at])) while (at < text.length && isBlank(text[at])) at++;
    else {
      while (at < text.length && !isBlank(text[at]) && operatorAt(at) === undefined) {
        const character = text[at];
        if (character === '"' || character === "'") at = afterQuote(at);
        else at += character === "\\" ? 2 : 1;
      }
    }
    parts.push(text.slice(start, at));
  }
  return parts;
}

const isBlank = (character: string | undefined) => character !== undefined && /\s/.test(character);

export interface ScriptCommand {
  /** Places of its words among the parts. */
  places: number[];
  /** Its words without the quotes around them. */
  words: string[];
  /** What it reads is written by the command before it. */
  isPiped: boolean;
}

/** The commands of a script, in order. */
export function commandsOf(parts: readonly string[]): ScriptCommand[] {
  const commands: ScriptCommand[] = [];
  let places: number[] = [];
  let isPiped = false;
  const finish = (between: string | undefined) => {
    if (places.length > 0) commands.push({ places, words: places.map((place) => unquoted(parts[place] ?? "")), isPiped });
    // `} | passwd` and `) | passwd`: the group before it.
    isPiped = between !== undefined && PIPES.has(between);
    places = [];
  };
  parts.forEach((part, place) => {
    if (BETWEEN_COMMANDS.test(part)) finish(part);
    else if (!/^\s/.test(part)) places.push(place);
  });
  finish(undefined);
  return commands;
}

/** The quote that encloses a whole word; "" for none. */
function quoteOf(word: string): string {
  const quote = word[0] ?? "";
  if ((quote !== '"' && quote !== "'") || word.length < 2 || word.at(-1) !== quote) return "";
  for (let at = 1; at < word.length; at++) {
    if (quote === '"' && word[at] === "\\") at++;
    else if (word[at] === quote) return at === word.length - 1 ? quote : "";
  }
  return "";
}

function unquoted(word: string): string {
  const quote = quoteOf(word);
  if (quote === "") return word;
  const inner = word.slice(1, -1);
  return quote === '"' ? inner.replace(/\\(["\\$`])/g, "$1") : inner;
}

/** A word as it was, or with what stands in its place, in the same quotes. */
export function requoted(part: string, shown: string): string {
  if (shown === unquoted(part)) return part;
  const quote = quoteOf(part);
  return quote + (quote === '"' ? shown.replace(/(["\\])/g, "\\$1") : shown) + quote;
}

/** Where the program of a command stands; -1 when there is none. */
export function programPlace(words: readonly string[]): number {
  return words.findIndex((word) => !BEFORE_PROGRAM.test(word));
}

/** True for `echo`, `printf` and `yes`, whose arguments another command reads. */
export function writesArguments(words: readonly string[]): boolean {
  const program = words[programPlace(words)] ?? "";
  return WRITERS.test(program.slice(program.lastIndexOf("/") + 1));
}

/** Places of the words that are no part of a redirection: `> file`, `2>file`. */
export function argumentPlaces(words: readonly string[]): number[] {
  const places: number[] = [];
  for (let place = 0; place < words.length; place++) {
    const word = words[place] ?? "";
    if (/^\d*>>?$/.test(word)) place++;
    else if (!/^\d*>/.test(word)) places.push(place);
  }
  return places;
}
