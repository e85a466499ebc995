"use client";

import { useSyncExternalStore } from "react";

/** What a person likes, kept in this browser. */
export interface Preferences {
  zone: "browser" | "utc" | "server";
  networkUnit: "bytes" | "bits";
  shortcuts: boolean;
  /** Columns of the process table that are not shown. */
  hiddenColumns: readonly string[];
  /** What was last chosen in the command palette, newest first. */
  recent: readonly string[];
}

const DEFAULTS: Preferences = {
  zone: "browser",
  networkUnit: "bytes",
  shortcuts: true,
  hiddenColumns: ["threads", "parent", "group", "files", "started"],
  recent: [],
};
const KEY = "hostscope.preferences";
const CHANGED = "hostscope:preferences";

let cached: Preferences | undefined;

/** A browser without storage, or with something else in it, has the defaults. */
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
    // A full or forbidden storage: the choice lasts as long as the page.
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
