"use client";

import { useSyncExternalStore } from "react";

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["class", "data-theme"] });
  return () => observer.disconnect();
}

/**
 * Changes when the page has other colours. The theme's name changes earlier, before its class is on the document: who read colours
 * then got the old ones.
 */
export function usePaletteName(): string {
  return useSyncExternalStore(
    subscribe,
    () => document.documentElement.className,
    () => "",
  );
}
