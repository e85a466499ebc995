"use client";

import { useSearchParams } from "next/navigation";
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useLiveStore, useLiveValue } from "~/components/live/live-provider";
import { useFormat, useLanguage } from "~/components/words/words-provider";
import type { Language } from "~/domain/language";
import { localTimeZone } from "~/domain/wall-clock";
import { usePageFacts } from "./page-facts";
import { usePreferences } from "./preferences";
import { DEFAULT_RANGE, readRange, refreshMs, type Span, spanOf, type TimeRange, widened, writeRange, zoomedTo } from "./range";
import { type ClockStyle, showTime } from "./zone";

type Changes = Readonly<Record<string, string | null>>;

/** URL parameters that are kept across pages. */
const SHARED = ["range", "from", "to", "zone", "paused", "kiosk", "machine"];

function applied(search: string, changes: Changes): string {
  const next = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  return text === "" ? "" : `?${text}`;
}

/** A path whose parameters are changed. */
export function withParameters(path: string, changes: Changes): string {
  const [page = "", search = ""] = path.split("?");
  return page + applied(search, changes);
}

/** Changes the URL without a request to the server. With `push`, Back undoes the change. */
export function writeAddress(changes: Changes, { push = false, zoomed = 0 }: { push?: boolean; zoomed?: number } = {}): void {
  const url = `${window.location.pathname}${applied(window.location.search, changes)}${window.location.hash}`;
  // Use a state of our own: the router ignores a change whose state carries its marks.
  if (push) window.history.pushState({ zoomed }, "", url);
  else window.history.replaceState({ zoomed: zoomDepth() }, "", url);
}

/** Number of zooms in the history that can be undone. */
export function zoomDepth(): number {
  return Number((window.history.state as { zoomed?: number } | null)?.zoomed ?? 0);
}

/** A URL parameter as page state; the default value is left out of the URL. */
export function useParameter(name: string, usual: string): [string, (value: string) => void] {
  const search = useSearchParams();
  const value = search.get(name) ?? usual;
  const change = useCallback((next: string) => writeAddress({ [name]: next === usual ? null : next }), [name, usual]);
  return [value, change];
}

/** A text input stored in the URL. The field updates at once; the URL's value reaches React later. */
export function useTypedParameter(name: string): [string, (value: string) => void] {
  const [heard, write] = useParameter(name, "");
  const [text, setText] = useState(heard);
  // The parameter from React may lag behind the input; the URL itself does not.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change that is heard is the reason to look.
  useEffect(() => setText(new URLSearchParams(window.location.search).get(name) ?? ""), [heard, name]);
  const change = useCallback(
    (next: string) => {
      setText(next);
      write(next);
    },
    [write],
  );
  return [text, change];
}

/** Builds a link to another page that keeps the shared parameters. */
export function usePageLink(): (path: string) => string {
  const search = useSearchParams();
  return useCallback(
    (path: string) => {
      const kept = new URLSearchParams();
      for (const name of SHARED) {
        const value = search.get(name);
        if (value !== null) kept.set(name, value);
      }
      const text = kept.toString();
      if (text === "") return path;
      return `${path}${path.includes("?") ? "&" : "?"}${text}`;
    },
    [search],
  );
}

const never = () => () => {};

export interface Clock {
  zone: "browser" | "utc" | "server";
  timeZone: string;
  language: Language;
  show: (at: number, style?: ClockStyle) => string;
}

/** The chosen time zone: the browser's, UTC or the server's. The server renders the browser's as its own. */
export function useClock(): Clock {
  const { timeZone: serverZone } = usePageFacts();
  const preferred = usePreferences().zone;
  const asked = useSearchParams().get("zone");
  const zone = asked === "utc" || asked === "server" || asked === "browser" ? asked : preferred;
  const local = useSyncExternalStore(never, localTimeZone, () => serverZone);
  const timeZone = zone === "utc" ? "UTC" : zone === "server" ? serverZone : local;
  const language = useLanguage();
  return useMemo(() => {
    const place = { timeZone, language };
    return { zone, ...place, show: (at: number, style: ClockStyle = "moment") => showTime(at, place, style) };
  }, [zone, timeZone, language]);
}

/** The page's range as text and as moments. A moving range advances by the time that one point covers. */
export function useRange(): {
  range: TimeRange;
  span: Span;
  show: (range: TimeRange) => void;
  zoom: (from: number, to: number) => void;
} {
  const search = useSearchParams();
  const { timeZone } = useClock();
  const store = useLiveStore();
  const range = useMemo(() => readRange(search, store.serverNow(), timeZone), [search, store, timeZone]);
  // The newest tick, rounded down to the refresh interval: nothing is drawn in between.
  const now = useLiveValue(({ at }) => {
    const newest = at ?? 0;
    const every = refreshMs(spanOf(range, newest, timeZone));
    return every === null ? 0 : Math.floor(newest / every) * every;
  });
  const span = useMemo(() => spanOf(range, now || store.serverNow(), timeZone), [range, now, store, timeZone]);
  return { range, span, show: showRange, zoom: zoomTo };
}

export function showRange(range: TimeRange): void {
  writeAddress(writeRange(range), { push: true });
}

/** Back from a range that is over, and from a pause. */
export function showLive(): void {
  writeAddress({ ...writeRange({ kind: "text", text: DEFAULT_RANGE }), at: null, paused: null }, { push: true });
}

/** A zoom, in or out, is a history entry, so that Back and Esc undo it. */
function zoomRange(range: TimeRange): void {
  writeAddress(writeRange(range), { push: true, zoomed: zoomDepth() + 1 });
}

function zoomTo(from: number, to: number): void {
  zoomRange(zoomedTo(from, to));
}

export function zoomOut(span: Pick<Span, "from" | "to">, now: number): void {
  zoomRange(widened(span, now));
}

/** Formats network rates in the preferred unit, bytes or bits per second. */
export function useNetworkRate(): { unit: string; scale: number; show: (bytes: number | null | undefined) => string } {
  const bits = usePreferences().networkUnit === "bits";
  const format = useFormat();
  return useMemo(() => {
    const [unit, scale] = bits ? ["bit/s", 8] : ["By/s", 1];
    const show = (bytes: number | null | undefined) =>
      format.text(bytes === null || bytes === undefined ? null : bytes * scale, unit);
    return { unit, scale, show };
  }, [bits, format]);
}
