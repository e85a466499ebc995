"use client";

import { useSyncExternalStore } from "react";

/** Width of a chart on paper, in CSS pixels: a little less than A4 and Letter have between their margins, inside a card. */
export const PAPER_CHART_PX = 660;

/** Colours of the page are those for paper while it has this class. */
const PAPER = "paper";

function isPrinting(): boolean {
  return document.documentElement.classList.contains(PAPER);
}

/** Canvases keep what was drawn on them: they have to be drawn for paper before the browser lays the page out for it. */
function subscribe(onChange: () => void): () => void {
  const set = (printing: boolean) => () => {
    document.documentElement.classList.toggle(PAPER, printing);
    onChange();
  };
  const [before, after] = [set(true), set(false)];
  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", after);
  return () => {
    window.removeEventListener("beforeprint", before);
    window.removeEventListener("afterprint", after);
  };
}

/** True while the page is printed. */
export function usePrinting(): boolean {
  return useSyncExternalStore(subscribe, isPrinting, () => false);
}
