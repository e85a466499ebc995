import { type Line, lineToWidth, lineWidth } from "./text";
import type { Theme } from "./theme";

export interface BoxPlace {
  width: number;
  height: number;
  theme: Theme;
}

interface BoxContent extends BoxPlace {
  title: string;
  /** At the right of the top edge. */
  corner?: Line;
  /** At the left of the bottom edge. */
  foot?: Line;
  lines: readonly Line[];
}

const ROUND = ["╭", "╮", "╰", "╯", "─", "│"] as const;
const ASCII = ["+", "+", "+", "+", "-", "|"] as const;

/** A horizontal edge with text in it. */
function edge([start, fill, end]: readonly [string, string, string], width: number, texts: { left?: Line; right?: Line }): Line {
  const wrapped = (line: Line | undefined): Line => (line && line.length > 0 ? [{ text: " " }, ...line, { text: " " }] : []);
  const right = wrapped(texts.right);
  let left = wrapped(texts.left);
  const room = width - 4 - lineWidth(right);
  if (lineWidth(left) > room) left = room > 3 ? lineToWidth(left, room) : [];
  const middle = Math.max(0, width - 4 - lineWidth(left) - lineWidth(right));
  const dim = (text: string) => ({ text, style: "dim" as const });
  return lineToWidth([dim(start + fill), ...left, dim(fill.repeat(middle)), ...right, dim(fill + end)], width);
}

/** Draws a frame around lines: cut or padded to the box's height. */
export function drawBox({ title, corner, foot, lines, width, height, theme }: BoxContent): Line[] {
  const [topLeft, topRight, bottomLeft, bottomRight, across, down] = theme.ascii ? ASCII : ROUND;
  const inner = Math.max(0, height - 2);
  const side = { text: down, style: "dim" as const };
  return [
    edge([topLeft, across, topRight], width, { left: [{ text: title, style: "title" }], ...(corner && { right: corner }) }),
    ...Array.from({ length: inner }, (_, row): Line => [side, ...lineToWidth(lines[row] ?? [], width - 2), side]),
    edge([bottomLeft, across, bottomRight], width, foot ? { left: foot } : {}),
  ];
}
