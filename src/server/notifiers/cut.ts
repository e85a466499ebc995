/** Shortens texts to what a service takes, never in the middle of a character. Pure. */

const ELLIPSIS = "…";

/** At most that many UTF-16 units, as Discord, Slack and Telegram count. */
export function cutToLength(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${wholeCharacters(text.slice(0, most - ELLIPSIS.length))}${ELLIPSIS}`;
}

/** At most that many bytes of UTF-8, as ntfy counts. */
export function cutToBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  let end = most - Buffer.byteLength(ELLIPSIS);
  // Bytes 10xxxxxx continue a character.
  while (end > 0 && ((bytes[end] as number) & 0xc0) === 0x80) end--;
  return `${bytes.toString("utf8", 0, end)}${ELLIPSIS}`;
}

/** Without half of a surrogate pair at the end. */
function wholeCharacters(text: string): string {
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}

/** Cuts an escaped text so that no escape is cut: escapes what is left of the plain one. */
export function cutEscaped(text: string, most: number, escapeOf: (text: string) => string): string {
  const whole = escapeOf(text);
  if (whole.length <= most) return whole;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (escapeOf(cutToLength(text, middle)).length <= most) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? "" : escapeOf(cutToLength(text, low));
}
