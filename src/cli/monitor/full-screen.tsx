/** The full-screen monitor: ink reads keys and writes changes; drawing the screen is a pure function. */
import { writeSync } from "node:fs";
import { render, Text, useInput, useStdout } from "ink";
import { useEffect, useState } from "react";
import { drawScreen } from "./screen";
import type { MonitorState } from "./state";
import { renderLine } from "./text";

export interface Screen {
  show(state: MonitorState): void;
  close(): void;
}

interface ScreenOptions {
  color: boolean;
  ascii: boolean;
  intervalSeconds: number;
  source: string;
  initial: MonitorState;
  onKey: (key: string) => void;
}

const ENTER = "\u001b[?1049h\u001b[?25l\u001b[2J\u001b[H";
/** Resets colours, shows the cursor, and returns to the main screen. */
const LEAVE = "\u001b[0m\u001b[?25h\u001b[?1049l";
const REDRAW_MS = 1000;

type Keys = Parameters<Parameters<typeof useInput>[0]>[1];

const NAMED: readonly (readonly [keyof Keys, string])[] = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["pageUp", "pageup"],
  ["pageDown", "pagedown"],
  ["home", "home"],
  ["return", "enter"],
  ["escape", "escape"],
  ["backspace", "backspace"],
  ["delete", "backspace"],
];

const CONTROL: Readonly<Record<string, string>> = { "\r": "enter", "\n": "enter", "\u007f": "backspace", "\u001b": "escape" };

function keyName(input: string, keys: Keys): string {
  if (keys.ctrl) return `ctrl-${input}`;
  return NAMED.find(([name]) => keys[name])?.[1] ?? input;
}

function useSize(): { columns: number; rows: number } {
  const { stdout } = useStdout();
  const read = () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });
  const [size, setSize] = useState(read);
  useEffect(() => {
    const onResize = () => setSize(read());
    stdout.on("resize", onResize);
    return () => {
      stdout.off("resize", onResize);
    };
  });
  return size;
}

function Monitor({ listen, ...options }: ScreenOptions & { listen: (show: (state: MonitorState) => void) => void }) {
  const { color, ascii, intervalSeconds, source, initial, onKey } = options;
  const [state, setState] = useState(initial);
  const [now, setNow] = useState(() => Date.now());
  const { columns, rows } = useSize();
  useEffect(() => listen(setState), [listen]);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), REDRAW_MS);
    return () => clearInterval(timer);
  }, []);
  useInput((input, keys) => {
    const name = keyName(input, keys);
    // Pasted text, or keys typed faster than they were read.
    if (name === input && input.length > 1) for (const one of input) onKey(CONTROL[one] ?? one);
    else onKey(name);
  });
  // Leave one row free: a full screen of lines would scroll the terminal.
  const lines = drawScreen(state, { columns, rows: rows - 1 }, { ascii, now, intervalSeconds, source });
  return <Text wrap="truncate">{lines.map((line) => renderLine(line, color)).join("\n")}</Text>;
}

export function openScreen(options: ScreenOptions): Screen {
  let show: (state: MonitorState) => void = () => {};
  let isOpen = true;
  const leave = () => {
    if (!isOpen) return;
    isOpen = false;
    try {
      writeSync(process.stdout.fd, LEAVE);
    } catch {
      // The terminal is gone, so there is nothing to restore.
    }
  };
  writeSync(process.stdout.fd, ENTER);
  // Restore the terminal however the program ends.
  process.on("exit", leave);
  const app = render(
    <Monitor
      {...options}
      listen={(listener) => {
        show = listener;
      }}
    />,
    { exitOnCtrlC: false, patchConsole: false, maxFps: 20 },
  );
  return {
    show: (state) => show(state),
    close() {
      app.unmount();
      leave();
    },
  };
}
