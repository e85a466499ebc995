"use client";

import { useSyncExternalStore } from "react";

/** User preferences, stored in this browser. */
export interface Preferences {
  zone: "browser" | "utc" | "server";
  networkUnit: "bytes" | "bits";
  shortcuts: boolean;
  /** Hidden columns of the process table. */
  hiddenColumns: readonly string[];
  /** Charts that Overview shows too, by their id, in the order in which they were pinned. */
  pinnedCharts: readonly string[];
  /** Charts of Performance that stand before the others of their section, by their id. */
  chartOrder: readonly string[];
  /** Recent choices in the command palette, newest first. */
  recent: readonly string[];
}

const DEFAULTS: Preferences = {
  zone: "browser",
  networkUnit: "bytes",
  shortcuts: true,
  hiddenColumns: ["threads", "parent", "group", "files", "started"],
  pinnedCharts: [],
  chartOrder: [],
  recent: [],
};
const KEY = "hostscope.preferences";
const CHANGED = "hostscope:preferences";

let cached: Preferences | undefined;

/** Falls back to the defaults when storage is missing or its content is invalid. */
function read(): Preferences {
  if (cached) return cached;
  try {
    cached = { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>) };
  } catch {
    cached = DEFAULTS;
  }
  return cached;
}

export function changePreferences(change: Partial<Preferences>): void {
  cached = { ...read(), ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(cached));
  } catch {
    // Storage is full or forbidden: keep the choice until the page is reloaded.
  }
  window.dispatchEvent(new Event(CHANGED));
}

function subscribe(listener: () => void): () => void {
  const onStorage = ({ key }: StorageEvent) => {
    if (key !== KEY) return;
    cached = undefined;
    listener();
  };
  window.addEventListener(CHANGED, listener);
  window.addEventListener("storage", onStorage);
  return () => {
    window.removeEventListener(CHANGED, listener);
    window.removeEventListener("storage", onStorage);
  };
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, read, () => DEFAULTS);
}
