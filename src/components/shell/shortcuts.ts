/** The global shortcuts: what the sheet lists and what each runs. */
import { shifted } from "~/components/view/range";
import { showRange, zoomDepth, zoomOut } from "~/components/view/use-view";
import { togglePause } from "./pause-button";

export interface ShortcutContext {
  open: (path: string) => void;
  show: (what: "palette" | "sheet") => void;
  span: { from: number; to: number };
  now: number;
}

export interface Shortcut {
  /** Keys pressed in sequence, named as in `KeyboardEvent.key`. */
  keys: readonly string[];
  does: string;
  run: (context: ShortcutContext) => void;
}

const page = (key: string, path: string, name: string): Shortcut => ({
  keys: ["g", key],
  does: `Go to ${name}`,
  run: ({ open }) => open(path),
});

const range = (key: string, text: string, name: string): Shortcut => ({
  keys: [key],
  does: name,
  run: () => showRange({ kind: "text", text }),
});

/** Esc undoes the last zoom and does nothing else. */
function undoZoom(): void {
  if (zoomDepth() > 0) window.history.back();
}

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: ["?"], does: "Show these keys", run: ({ show }) => show("sheet") },
  { keys: ["p"], does: "Pause and go on (also Space)", run: togglePause },
  page("o", "/", "Overview"),
  page("p", "/performance", "Performance"),
  page("r", "/processes", "Processes"),
  page("n", "/network", "Network"),
  page("a", "/alerts", "Alerts"),
  page("e", "/reports", "Reports"),
  page("s", "/settings", "Settings"),
  range("1", "5m", "Last 5 minutes"),
  range("2", "15m", "Last 15 minutes"),
  range("3", "1h", "Last hour"),
  range("4", "6h", "Last 6 hours"),
  range("5", "24h", "Last 24 hours"),
  range("6", "7d", "Last 7 days"),
  range("7", "30d", "Last 30 days"),
  { keys: ["z"], does: "Zoom out", run: ({ span, now }) => zoomOut(span, now) },
  { keys: ["Escape"], does: "Take back the last zoom", run: undoZoom },
  { keys: ["["], does: "Half a range earlier", run: ({ span, now }) => showRange(shifted(span, -1, now)) },
  { keys: ["]"], does: "Half a range later", run: ({ span, now }) => showRange(shifted(span, 1, now)) },
  { keys: ["b"], does: "Back to live", run: () => showRange({ kind: "text", text: "15m" }) },
  {
    keys: ["/"],
    does: "Write into the filter",
    run: () => document.querySelector<HTMLInputElement>('input[type="search"]')?.focus(),
  },
];

/** The shortcut for the keys pressed so far; "more" for the start of one, null for none. */
export function shortcutFor(pressed: readonly string[]): Shortcut | "more" | null {
  const fitting = SHORTCUTS.filter(({ keys }) => pressed.every((key, index) => keys[index] === key));
  const whole = fitting.find(({ keys }) => keys.length === pressed.length);
  return whole ?? (fitting.length > 0 ? "more" : null);
}

const TYPED_INTO = "input, textarea, select, [contenteditable], [role=listbox]";

/** True when a letter is text input, or Space would press a button. */
export function isTyping(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest(TYPED_INTO)) return true;
  return key === " " && target.closest("button, a, summary, [tabindex]") !== null;
}
