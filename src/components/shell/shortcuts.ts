/** The global shortcuts: what the sheet lists and what each runs. */
import { shifted } from "~/components/view/range";
import { showLive, showRange, writeAddress, zoomDepth, zoomOut } from "~/components/view/use-view";
import type { Words } from "~/components/words/en";
import type { Page } from "./pages";
import { togglePause } from "./pause-button";

export interface ShortcutContext {
  open: (path: Page["href"]) => void;
  show: (what: "sheet") => void;
  /** Asks for a moment; `text` is what has been typed of it already. */
  jump: (text: string) => void;
  /** Adds to the text of a dialog that is being loaded; null without one. */
  type: ((key: string) => void) | null;
  span: { from: number; to: number };
  now: number;
}

export interface Shortcut {
  /** Keys pressed in sequence, named as in `KeyboardEvent.key`. */
  keys: readonly string[];
  does: (words: Words["shell"]) => string;
  run: (context: ShortcutContext) => void;
}

const page = (key: string, path: Page["href"]): Shortcut => ({
  keys: ["g", key],
  does: ({ keys, pages }) => keys.goTo(pages[path]),
  run: ({ open }) => open(path),
});

const range = (key: string, text: keyof Words["shell"]["range"]["presets"]): Shortcut => ({
  keys: [key],
  does: ({ range: { presets } }) => presets[text],
  run: () => showRange({ kind: "text", text }),
});

/** Esc undoes the last zoom, or leaves the kiosk, and does nothing else. */
function goBack(): void {
  if (zoomDepth() > 0) window.history.back();
  else if (new URLSearchParams(window.location.search).has("kiosk")) writeAddress({ kiosk: null });
}

const JUMP: Shortcut = { keys: ["g"], does: ({ keys }) => keys.jump, run: ({ jump }) => jump("") };

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: ["?"], does: ({ keys }) => keys.show, run: ({ show }) => show("sheet") },
  { keys: ["p"], does: ({ keys }) => keys.pause, run: togglePause },
  JUMP,
  page("o", "/"),
  page("p", "/performance"),
  page("r", "/processes"),
  page("n", "/network"),
  page("a", "/alerts"),
  page("e", "/reports"),
  page("s", "/settings"),
  range("1", "5m"),
  range("2", "15m"),
  range("3", "1h"),
  range("4", "6h"),
  range("5", "24h"),
  range("6", "7d"),
  range("7", "30d"),
  { keys: ["z"], does: ({ keys }) => keys.zoomOut, run: ({ span, now }) => zoomOut(span, now) },
  { keys: ["Escape"], does: ({ keys }) => keys.undoZoom, run: goBack },
  { keys: ["["], does: ({ keys }) => keys.back, run: ({ span, now }) => showRange(shifted(span, -1, now)) },
  { keys: ["]"], does: ({ keys }) => keys.forward, run: ({ span, now }) => showRange(shifted(span, 1, now)) },
  { keys: ["b"], does: ({ keys }) => keys.live, run: showLive },
  {
    keys: ["/"],
    does: ({ keys }) => keys.filter,
    run: () => document.querySelector<HTMLInputElement>('input[type="search"]')?.focus(),
  },
];

export type Outcome =
  | { kind: "run"; shortcut: Shortcut }
  /** More keys may follow; without them this one runs. */
  | { kind: "wait"; otherwise: Shortcut | null }
  /** The beginning of a time of day: `14:`, or `g` and a digit. */
  | { kind: "jump"; text: string }
  | { kind: "none" };

const NONE: Outcome = { kind: "none" };

/** What the keys pressed so far mean. */
export function outcomeOf(pressed: readonly string[]): Outcome {
  const [first = "", ...rest] = pressed;
  const last = pressed.at(-1) ?? "";
  const digits = (keys: readonly string[]) => keys.length > 0 && keys.every((key) => /^\d$/.test(key));
  if (first === "g" && rest.length === 1 && digits(rest)) return { kind: "jump", text: last };
  if (last === ":" && pressed.length <= 3 && digits(pressed.slice(0, -1))) return { kind: "jump", text: pressed.join("") };
  const whole = SHORTCUTS.find(
    ({ keys }) => keys.length === pressed.length && keys.every((key, index) => key === pressed[index]),
  );
  if (digits(pressed) && pressed.length <= 2) return { kind: "wait", otherwise: whole ?? null };
  if (pressed.length === 1 && first === JUMP.keys[0]) return { kind: "wait", otherwise: JUMP };
  return whole ? { kind: "run", shortcut: whole } : NONE;
}

const TYPED_INTO = "input, textarea, select, [contenteditable], [role=listbox]";

/** True when a letter is text input, or Space would press a button. */
export function isTyping(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest(TYPED_INTO)) return true;
  return key === " " && target.closest("button, a, summary, [tabindex]") !== null;
}
