"use client";

import { useSyncExternalStore } from "react";

/** The event that a sign stands for while the pointer or the focus is on it: all charts of the page show its moment. */
let highlighted: readonly number[] = [];
const listeners = new Set<() => void>();
const NOTHING: readonly number[] = [];

/** Epoch milliseconds. */
export function highlightMoments(moments: readonly number[]): void {
  highlighted = moments;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useHighlight(): readonly number[] {
  return useSyncExternalStore(
    subscribe,
    () => highlighted,
    () => NOTHING,
  );
}
