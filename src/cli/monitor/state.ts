/** The monitor's state and its changes by ticks and keys. Pure. */
import type { AlertAnswer } from "~/domain/alert";
import type { LiveSeries } from "~/domain/derive";
import type { ProcessRow } from "~/domain/process";
import type { Labels } from "~/domain/sample";
import type { StatusAlert } from "../status-shape";

export interface HostLine {
  name: string;
  os: string;
  kernel: string;
  cpus: number;
  memoryBytes: number;
  /** Epoch milliseconds. */
  bootTime: number;
}

/** One complete sample, from a server or from the kernel. */
export interface LiveTick {
  at: number;
  series: readonly LiveSeries[];
  values: ArrayLike<number>;
}

export type SourceState = "live" | "waiting" | "lost" | "stopped";
export type SortKey = "cpu" | "memory" | "io" | "pid" | "name";

export interface MonitorState {
  host: HostLine | null;
  link: SourceState;
  tick: LiveTick | null;
  /** Graph values, oldest first. */
  past: Readonly<Record<GraphName, readonly number[]>>;
  processes: readonly ProcessRow[];
  alerts: readonly StatusAlert[];
  sort: SortKey;
  reverse: boolean;
  tree: boolean;
  filter: string;
  /** True while the filter is being typed. */
  typing: boolean;
  paused: boolean;
  help: boolean;
  /** Ticks received while paused. */
  missed: number;
  /** Index of the first visible row of the process table. */
  top: number;
}

export type GraphName = "cpu" | "receive" | "transmit" | "read" | "write";
const KEEP = 600;

export const INITIAL: MonitorState = {
  host: null,
  link: "waiting",
  tick: null,
  past: { cpu: [], receive: [], transmit: [], read: [], write: [] },
  processes: [],
  alerts: [],
  sort: "cpu",
  reverse: false,
  tree: false,
  filter: "",
  typing: false,
  paused: false,
  help: false,
  missed: 0,
  top: 0,
};

/** The value of the one series with exactly these labels; NaN when there is none. */
export function readingOf(tick: LiveTick | null, metric: string, labels: Labels = {}): number {
  if (!tick) return Number.NaN;
  const names = Object.keys(labels);
  const index = tick.series.findIndex(
    (one) =>
      one.metric === metric &&
      Object.keys(one.labels).length === names.length &&
      names.every((name) => one.labels[name] === labels[name]),
  );
  return index < 0 ? Number.NaN : (tick.values[index] as number);
}

export const GRAPHS: Readonly<Record<GraphName, readonly [metric: string, labels: Labels]>> = {
  cpu: ["system.cpu.utilization", {}],
  receive: ["system.network.io", { "network.io.direction": "receive" }],
  transmit: ["system.network.io", { "network.io.direction": "transmit" }],
  read: ["system.disk.io", { "disk.io.direction": "read" }],
  write: ["system.disk.io", { "disk.io.direction": "write" }],
};

export type MonitorEvent =
  | { type: "host"; host: HostLine }
  | { type: "link"; link: SourceState }
  | { type: "tick"; tick: LiveTick; processes: readonly ProcessRow[] | null }
  | { type: "past"; past: Readonly<Record<GraphName, readonly number[]>> }
  | { type: "alerts"; alerts: readonly StatusAlert[] }
  | { type: "alert"; alert: AlertAnswer }
  | { type: "key"; key: string };

function withTick(state: MonitorState, tick: LiveTick): MonitorState["past"] {
  const past = { ...state.past };
  for (const name of Object.keys(GRAPHS) as GraphName[]) {
    past[name] = [...past[name].slice(-KEEP + 1), readingOf(tick, ...GRAPHS[name])];
  }
  return past;
}

export function onEvent(state: MonitorState, event: MonitorEvent): MonitorState {
  switch (event.type) {
    case "host":
      return { ...state, host: event.host };
    case "link":
      return { ...state, link: event.link };
    case "tick": {
      const past = withTick(state, event.tick);
      // Freeze the screen; the graphs keep collecting.
      if (state.paused) return { ...state, link: "live", past, missed: state.missed + 1 };
      return { ...state, link: "live", past, tick: event.tick, processes: event.processes ?? state.processes };
    }
    case "past":
      return { ...state, past: event.past };
    case "alerts":
      return { ...state, alerts: event.alerts };
    case "alert": {
      const others = state.alerts.filter(({ id }) => id !== event.alert.id);
      return { ...state, alerts: event.alert.state === "firing" ? [event.alert, ...others] : others };
    }
    case "key":
      return state.typing ? onFilterKey(state, event.key) : onKey(state, event.key);
  }
}

const SORTS: Readonly<Record<string, SortKey>> = { c: "cpu", m: "memory", i: "io", p: "pid", n: "name" };
const PAGE = 10;

function onKey(state: MonitorState, key: string): MonitorState {
  const sort = SORTS[key];
  if (sort) return { ...state, sort, reverse: sort === state.sort ? !state.reverse : false, top: 0 };
  switch (key) {
    case "t":
      return { ...state, tree: !state.tree, top: 0 };
    case "/":
    case "f":
      return { ...state, typing: true, help: false };
    case " ":
      return { ...state, paused: !state.paused, missed: 0 };
    case "?":
    case "h":
      return { ...state, help: !state.help };
    case "escape":
      return state.help ? { ...state, help: false } : { ...state, filter: "", top: 0 };
    case "down":
    case "j":
      return { ...state, top: state.top + 1 };
    case "up":
    case "k":
      return { ...state, top: Math.max(0, state.top - 1) };
    case "pagedown":
      return { ...state, top: state.top + PAGE };
    case "pageup":
      return { ...state, top: Math.max(0, state.top - PAGE) };
    case "home":
    case "g":
      return { ...state, top: 0 };
    default:
      return state;
  }
}

function onFilterKey(state: MonitorState, key: string): MonitorState {
  if (key === "enter") return { ...state, typing: false };
  if (key === "escape") return { ...state, typing: false, filter: "", top: 0 };
  if (key === "backspace") return { ...state, filter: [...state.filter].slice(0, -1).join(""), top: 0 };
  if ([...key].length > 1 || key < " ") return state;
  return { ...state, filter: (state.filter + key).slice(0, 60), top: 0 };
}

/** True when the whole table is needed, not only its heaviest rows. */
export function needsAll({ sort, reverse, tree, filter, top }: MonitorState): boolean {
  return tree || reverse || filter !== "" || top > 0 || sort === "pid" || sort === "name";
}
