/** Colours and measures of the PDF, in points. */
import type { Paper } from "~/domain/report";

export const COLORS = {
  text: "#18181b",
  muted: "#62626b",
  line: "#e6e6e9",
  ground: "#fafafa",
  blue: "#0f589e",
  orange: "#bc6100",
  green: "#1c8448",
  pink: "#bf7ab2",
  gold: "#6e4800",
  sky: "#0a94dc",
  ok: "#1a7f37",
  info: "#0b6bcb",
  warning: "#9a6700",
  critical: "#c62828",
} as const;

/** Left and right of the text. */
export const MARGIN = 42;

export const PAPER_SIZES = {
  a4: { name: "A4", width: 595 },
  letter: { name: "LETTER", width: 612 },
} as const satisfies Record<Paper, { name: string; width: number }>;
