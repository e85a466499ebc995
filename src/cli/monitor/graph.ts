/** Braille graphs: two values per character, four steps per row. */
import { type Line, levelStyle, type StyledText } from "./text";

/** Bits of a braille character from the bottom up: left column, right column. */
const LEFT = [0x40, 0x04, 0x02, 0x01];
const RIGHT = [0x80, 0x20, 0x10, 0x08];
const ASCII = [" ", ".", ":", "-", "=", "#"];

export interface GraphSize {
  width: number;
  height: number;
  /** Value at the top of the graph. */
  max: number;
  /** For terminals without UTF-8: one value per character. */
  ascii?: boolean;
}

function filled(value: number, max: number, steps: number): number {
  if (!(value > 0) || !(max > 0)) return 0;
  return Math.min(steps, Math.max(1, Math.round((value / max) * steps)));
}

/** Colours a row by its height in the graph: high rows are hot. */
function styleOf(row: number, height: number): StyledText["style"] {
  return levelStyle((height - row - 0.5) / height);
}

/** Draws the newest values at the right. A missing value leaves its column empty. */
export function graph(values: readonly number[], { width, height, max, ascii = false }: GraphSize): Line[] {
  const perCell = ascii ? 1 : 2;
  const shown = values.slice(-width * perCell);
  const padded = [...new Array<number>(width * perCell - shown.length).fill(Number.NaN), ...shown];
  return Array.from({ length: height }, (_, row) => {
    const below = height - row - 1;
    let text = "";
    for (let cell = 0; cell < width; cell++) {
      if (ascii) {
        const steps = filled(padded[cell] as number, max, height * 5) - below * 5;
        text += ASCII[Math.max(0, Math.min(5, steps))];
        continue;
      }
      let bits = 0;
      for (const [offset, column] of [LEFT, RIGHT].entries()) {
        const steps = filled(padded[cell * 2 + offset] as number, max, height * 4) - below * 4;
        for (let dot = 0; dot < Math.min(4, steps); dot++) bits |= column[dot] as number;
      }
      text += bits === 0 ? " " : String.fromCharCode(0x2800 + bits);
    }
    return [{ text, style: styleOf(row, height) ?? "dim" }];
  });
}

const EIGHTHS = " ▏▎▍▌▋▊▉";

/** A bar for a share from 0 to 1, coloured by its level. */
export function bar(share: number, width: number, ascii = false): Line {
  if (width <= 0) return [];
  const full = Number.isNaN(share) ? 0 : Math.max(0, Math.min(1, share)) * width;
  const whole = Math.floor(full);
  const style = levelStyle(share);
  if (ascii) {
    return [
      { text: "#".repeat(whole), style },
      { text: ".".repeat(width - whole), style: "dim" },
    ];
  }
  const part = whole < width ? (EIGHTHS[Math.floor((full - whole) * 8)] ?? " ") : "";
  const rest = width - whole - (part === " " || part === "" ? 0 : 1);
  return [
    { text: "█".repeat(whole) + (part === " " ? "" : part), style },
    { text: "░".repeat(rest), style: "dim" },
  ];
}
