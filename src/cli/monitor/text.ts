/** Styled text in terminal cells: layout first, escape sequences only at the end. */

export type Style =
  | "dim"
  | "bold"
  | "title"
  | "key"
  | "ok"
  | "warning"
  | "critical"
  | "selected"
  | `level${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7}`;

export interface StyledText {
  text: string;
  style?: Style;
}

export type Line = readonly StyledText[];

/** From calm to hot, in the 256 colours of most terminals; distinct in lightness too. */
const LEVELS = [37, 73, 109, 144, 179, 215, 209, 203];
const CODES: Readonly<Record<string, string>> = {
  dim: "38;5;245",
  bold: "1",
  title: "1",
  key: "38;5;209",
  ok: "38;5;73",
  warning: "38;5;215",
  critical: "1;38;5;203",
  selected: "7",
  ...Object.fromEntries(LEVELS.map((color, index) => [`level${index}`, `38;5;${color}`])),
};

export const levelStyle = (share: number): Style =>
  `level${Math.max(0, Math.min(7, Math.floor(share * 8))) as 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7}`;

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NONE = /\p{Mn}|\p{Me}|\u200d|\ufe0e|\ufe0f/u;
const ASCII = /^[\x20-\x7e]*$/;

/** Width of a text in terminal cells. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const one of text) width += NONE.test(one) ? 0 : WIDE.test(one) ? 2 : 1;
  return width;
}

/** Fits a text to exactly `width` cells: cut with an ellipsis, or padded with spaces. */
export function toWidth(text: string, width: number, side: "left" | "right" = "left"): string {
  if (width <= 0) return "";
  const size = widthOf(text);
  if (size > width) {
    let kept = "";
    let used = 0;
    for (const one of text) {
      const step = widthOf(one);
      if (used + step > width - 1) break;
      kept += one;
      used += step;
    }
    return `${kept}…${" ".repeat(width - used - 1)}`;
  }
  const space = " ".repeat(width - size);
  return side === "left" ? text + space : space + text;
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + widthOf(text), 0);
}

/** Fits a line to exactly `width` cells. */
export function lineToWidth(line: Line, width: number): Line {
  const spans: StyledText[] = [];
  let left = width;
  for (const span of line) {
    if (left <= 0) break;
    const size = widthOf(span.text);
    spans.push(size <= left ? span : { ...span, text: toWidth(span.text, left) });
    left -= Math.min(size, left);
  }
  if (left > 0) spans.push({ text: " ".repeat(left) });
  return spans;
}

/** Aligns two parts of a line left and right; cuts the left one when both do not fit. */
export function justifyLine(left: Line, right: Line, width: number): Line {
  const rightWidth = lineWidth(right);
  return rightWidth >= width ? lineToWidth(right, width) : [...lineToWidth(left, width - rightWidth), ...right];
}

export function plainLine(line: Line): string {
  return line.map(({ text }) => text).join("");
}

/** Renders a line with escape sequences, or as plain text without colour. Without colour the caller marks the selected row. */
export function renderLine(line: Line, color: boolean): string {
  if (!color) return plainLine(line);
  return line.map(({ text, style }) => (style && CODES[style] ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text)).join("");
}
