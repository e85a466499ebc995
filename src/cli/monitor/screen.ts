/** Draws the full screen: from the state to lines of exactly the terminal's size. Pure. */

import { causeText } from "~/domain/contributor";
import { everyText, formatDuration } from "~/domain/format-value";
import { judge, mutingOf } from "~/domain/judgement";
import { plain } from "../output";
import { drawBox } from "./box";
import { cpuBox, diskBox, memoryBox, networkBox, upperRowsOf } from "./panels";
import { processBox } from "./process-box";
import type { MonitorState } from "./state";
import { justifyLine, type Line, lineToWidth, type Style } from "./text";
import type { Theme } from "./theme";

export interface Size {
  columns: number;
  rows: number;
}

const LINKS: Readonly<Record<MonitorState["link"], { text: string; style: Style }>> = {
  live: { text: "live", style: "ok" },
  waiting: { text: "waiting", style: "dim" },
  lost: { text: "reconnecting", style: "warning" },
  stopped: { text: "monitoring stopped", style: "warning" },
};

function header(state: MonitorState, width: number, theme: Theme): Line {
  const { host, link, paused, missed, tick } = state;
  const clock = tick ? new Date(tick.at).toTimeString().slice(0, 8) : "--:--:--";
  const dot = theme.ascii ? "*" : "●";
  const { text, style } = paused
    ? { text: `paused, ${missed} ${missed === 1 ? "sample" : "samples"} behind`, style: "warning" as const }
    : LINKS[link];
  const left: Line = host
    ? [
        { text: ` ${plain(host.name)}`, style: "title" },
        { text: `  up ${formatDuration((theme.now - host.bootTime) / 1000)}`, style: "dim" },
        ...(width >= 100 ? [{ text: `  ${host.os}, kernel ${host.kernel}`, style: "dim" as const }] : []),
      ]
    : [{ text: " hostscope", style: "title" }];
  return justifyLine(
    left,
    [{ text: ` ${dot} ${text}`, style }, { text: `  ${clock}  ${everyText(theme.intervalSeconds)} ` }],
    width,
  );
}

/** One line per alert, worst first. */
function alertLines({ alerts }: MonitorState, width: number, most: number): Line[] {
  const { firing: sorted, waiting } = judge({ alerts, health: null, monitoring: null, now: Date.now() });
  const shown = sorted.slice(0, sorted.length > most ? most - 1 : most);
  const lines = shown.map((alert): Line => {
    const { severity, message } = alert;
    const style: Style = severity === "critical" ? "critical" : severity === "warning" ? "warning" : "dim";
    const text = causeText(alert);
    const by = text === null ? "" : `: ${plain(text)}`;
    const seen = waiting.includes(alert) ? "" : alert.mutedBy ? ` (${mutingOf(alert.mutedBy)})` : " (acknowledged)";
    return lineToWidth([{ text: ` ${severity} `, style }, { text: ` ${plain(message)}${by}${seen}` }], width);
  });
  if (sorted.length > shown.length) {
    lines.push(lineToWidth([{ text: ` ${sorted.length - shown.length} more alerts`, style: "dim" }], width));
  }
  return lines;
}

const HELP: readonly (readonly [key: string, what: string])[] = [
  ["c m i", "sort by CPU, memory, I/O; press again to reverse"],
  ["p n", "sort by PID, name"],
  ["t", "toggle the tree"],
  ["/", "filter by name, command, user or PID; Enter applies, Esc clears"],
  ["space", "pause / resume"],
  ["up down", "scroll; PgUp/PgDn by ten rows, g to the top"],
  ["?", "show or hide this help"],
  ["q", "quit"],
];

function helpBox(width: number, height: number, theme: Theme): Line[] {
  const lines = HELP.map(([key, what]): Line => [{ text: key.padEnd(10), style: "key" }, { text: what }]);
  return drawBox({ title: "keys", lines, width, height, theme });
}

/** Inner rows of the upper and the lower boxes: in proportion to the screen, and no more than they can fill. */
function boxRows(rows: number, wanted: number): { upper: number; lower: number } {
  return { upper: Math.max(4, Math.min(12, Math.floor(rows / 6), wanted)), lower: rows < 44 ? 2 : 4 };
}

/** Puts boxes side by side. */
function beside(left: readonly Line[], right: readonly Line[]): Line[] {
  return left.map((line, index) => [...line, ...(right[index] ?? [])]);
}

const SMALLEST: Size = { columns: 40, rows: 12 };

export function drawScreen(state: MonitorState, { columns, rows }: Size, theme: Theme): Line[] {
  if (columns < SMALLEST.columns || rows < SMALLEST.rows) {
    return [lineToWidth([{ text: `needs at least ${SMALLEST.columns}x${SMALLEST.rows}` }], columns)];
  }
  const leftWidth = Math.ceil(columns / 2);
  const rightWidth = columns - leftWidth;
  const { upper, lower } = boxRows(rows, upperRowsOf(state));
  const lines: Line[] = [header(state, columns, theme)];
  lines.push(
    ...beside(
      cpuBox(state, { width: leftWidth, height: upper + 2, theme }),
      memoryBox(state, { width: rightWidth, height: upper + 2, theme }),
    ),
  );
  // A small window shows the process table and drops the smaller boxes.
  if (rows >= 20) {
    lines.push(
      ...beside(
        networkBox(state, { width: leftWidth, height: lower + 2, theme }),
        diskBox(state, { width: rightWidth, height: lower + 2, theme }),
      ),
    );
  }
  if (rows >= 16) lines.push(...alertLines(state, columns, rows >= 40 ? 5 : 2));
  const left = rows - lines.length;
  lines.push(...(state.help ? helpBox(columns, left, theme) : processBox(state, { width: columns, height: left, theme })));
  return lines.slice(0, rows);
}
