import type { CSSProperties } from "react";

/** Stands for a line beside its name: full, or hollow for a dashed one. */
export function swatch(paint: string, dashed = false): CSSProperties {
  return dashed ? { boxShadow: `inset 0 0 0 2px ${paint}` } : { background: paint };
}
