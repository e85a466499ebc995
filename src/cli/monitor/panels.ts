/** The boxes above the process table. */
import { formatText } from "~/domain/format-value";
import { plain } from "../output";
import { type BoxPlace, drawBox } from "./box";
import { bar, graph } from "./graph";
import { type MonitorState, readingOf } from "./state";
import { type Line, levelStyle, lineToWidth, toWidth, widthOf } from "./text";

const percent = (share: number) => (Number.isNaN(share) ? "–" : `${Math.round(share * 100)}%`);

interface MeterSize {
  width: number;
  /** The same for all meters of a box, so that their bars start at one column. */
  labelWidth: number;
  ascii: boolean;
}

interface Meter {
  label: string;
  share: number;
  /** Behind the percentage, as wide for all meters of a box. */
  tail?: string;
}

/** `used  ██████░░░░  39%    6.1 GiB` */
function meterLine({ label, share, tail = "" }: Meter, { width, labelWidth, ascii }: MeterSize): Line {
  const end = `${toWidth(percent(share), 5, "right")}${tail}`;
  return [
    { text: ` ${toWidth(label, labelWidth)} ` },
    ...bar(share, width - labelWidth - end.length - 3, ascii),
    { text: `${end} `, style: levelStyle(share) },
  ];
}

const labelWidthOf = (labels: readonly string[]) => Math.min(12, Math.max(5, ...labels.map(widthOf)));

function coreShares({ tick }: MonitorState): number[] {
  if (!tick) return [];
  const cores = tick.series.flatMap(({ metric, labels }, index) => {
    const core = labels["cpu.logical_number"];
    const isBusy = metric === "system.cpu.utilization" && core !== undefined && Object.keys(labels).length === 1;
    return isBusy ? [{ core: Number(core), share: tick.values[index] as number }] : [];
  });
  return cores.sort((a, b) => a.core - b.core).map(({ share }) => share);
}

/** Lays out the cores in as many columns as needed, each with its bar. */
function coreLines(shares: readonly number[], { width, rows, ascii }: { width: number; rows: number; ascii: boolean }): Line[] {
  const columns = Math.max(1, Math.ceil(shares.length / rows));
  const each = Math.floor(width / columns);
  if (shares.length === 0 || each < 12) return [];
  return Array.from({ length: Math.min(rows, shares.length) }, (_, row) =>
    Array.from({ length: columns }, (_, column) => {
      const core = column * rows + row;
      const share = shares[core];
      if (share === undefined) return [];
      const end = toWidth(percent(share), 5, "right");
      return [
        { text: ` ${toWidth(String(core), 3)}`, style: "dim" as const },
        ...bar(share, each - 10, ascii),
        { text: `${end} `, style: levelStyle(share) },
      ];
    }).flat(),
  );
}

/** CPU time by mode, without what this machine does not have. */
function modesOf({ tick }: MonitorState): { label: string; share: number }[] {
  const mode = (name: string) => readingOf(tick, "system.cpu.utilization", { "cpu.mode": name });
  return [
    { label: "user", share: mode("user") + mode("nice") },
    { label: "sys", share: mode("system") },
    { label: "wait", share: mode("iowait") },
    { label: "steal", share: mode("steal") },
  ].filter(({ label, share }) => !Number.isNaN(share) && (label !== "steal" || share >= 0.005));
}

const SIDE_WIDTH = 26;
const LEAST_GRAPH = 30;

/** With few cores: a meter for each core and mode beside the graph, which then has the whole height. Null when they do not fit. */
function sideMeters(state: MonitorState, { inner, rows, ascii }: { inner: number; rows: number; ascii: boolean }): Line[] | null {
  const cores = coreShares(state).map((share, core) => ({ label: String(core), share }));
  const meters = [...cores, ...modesOf(state)];
  if (meters.length === 0 || meters.length > rows || inner < SIDE_WIDTH + LEAST_GRAPH) return null;
  return meters.map((one) => meterLine(one, { width: SIDE_WIDTH, labelWidth: 5, ascii }));
}

function cpuLines(state: MonitorState, { inner, rows, ascii }: { inner: number; rows: number; ascii: boolean }): Line[] {
  const { cpu } = state.past;
  const side = sideMeters(state, { inner, rows, ascii });
  if (side) {
    const drawing = graph(cpu, { width: inner - SIDE_WIDTH, height: rows, max: 1, ascii });
    return drawing.map((line, row): Line => [...line, ...(side[row] ?? [])]);
  }
  const shares = coreShares(state);
  const coreColumns = Math.max(1, Math.ceil(shares.length / (rows - 1)));
  const coreWidth = inner >= 56 && shares.length > 1 && coreColumns * 14 <= inner / 2 ? Math.max(18, coreColumns * 16) : 0;
  const drawing = graph(cpu, { width: inner - coreWidth, height: rows - 1, max: 1, ascii });
  const cores = coreWidth > 0 ? coreLines(shares, { width: coreWidth, rows: rows - 1, ascii }) : [];
  const modes: Line = modesOf(state).flatMap(({ label, share }) => [
    { text: ` ${label} `, style: "dim" as const },
    { text: percent(share) },
  ]);
  return [...drawing.map((line, row): Line => [...line, ...(cores[row] ?? [])]), lineToWidth(modes, inner)];
}

export function cpuBox(state: MonitorState, { width, height, theme }: BoxPlace): Line[] {
  const { tick } = state;
  const load = ["1m", "5m", "15m"].map((window) => readingOf(tick, `system.cpu.load_average.${window}`));
  const loads = load.map((one) => (Number.isNaN(one) ? "–" : one.toFixed(one < 99.95 ? 2 : 0))).join(" ");
  const busy = readingOf(tick, "system.cpu.utilization");
  const cores = coreShares(state).length;
  return drawBox({
    title: cores > 1 && width >= 60 ? `cpu, ${cores} cores` : "cpu",
    corner: [
      ...(width >= 36 ? [{ text: "load ", style: "dim" as const }, { text: `${loads}  ` }] : []),
      { text: percent(busy), style: levelStyle(busy) },
    ],
    lines: cpuLines(state, { inner: width - 2, rows: height - 2, ascii: theme.ascii }),
    width,
    height,
    theme,
  });
}

const TAIL_WIDTH = 11;

/** Memory, swap and the filesystems, the fullest first. */
function metersOf({ tick }: MonitorState): (Meter & { bytes: number })[] {
  const state = (name: string) => readingOf(tick, "system.memory.usage", { "system.memory.state": name });
  const limit = readingOf(tick, "system.memory.limit");
  const cache = Math.max(0, limit - state("used") - state("free"));
  const swap = readingOf(tick, "system.paging.utilization");
  const swapped = readingOf(tick, "system.paging.usage", { "system.paging.state": "used" });
  const filesystems = (tick?.series ?? []).flatMap(({ metric, labels }, index) =>
    metric === "system.filesystem.utilization"
      ? [
          {
            label: plain(labels["system.filesystem.mountpoint"] ?? ""),
            share: tick?.values[index] as number,
            bytes: readingOf(tick, "system.filesystem.usage", { ...labels, "system.filesystem.state": "used" }),
          },
        ]
      : [],
  );
  return [
    { label: "used", share: readingOf(tick, "system.memory.utilization"), bytes: state("used") },
    { label: "cache", share: cache / limit, bytes: cache },
    ...(Number.isNaN(swap) ? [] : [{ label: "swap", share: swap, bytes: swapped }]),
    ...filesystems.sort((a, b) => b.share - a.share),
  ];
}

function pressureOf({ tick }: MonitorState): { label: string; share: number }[] {
  return (["cpu", "memory", "io"] as const)
    .map((what) => ({ label: what, share: readingOf(tick, `system.linux.pressure.${what}.some`) }))
    .filter(({ share }) => !Number.isNaN(share));
}

export function memoryBox(state: MonitorState, { width, height, theme }: BoxPlace): Line[] {
  const { tick } = state;
  const inner = width - 2;
  const bytes = (metric: string, labels = {}) => formatText(readingOf(tick, metric, labels), "By");
  const isWide = inner >= 44;
  const tail = (value: number) => (isWide ? toWidth(formatText(value, "By"), TAIL_WIDTH, "right") : "");
  const pressure = pressureOf(state);
  const rows = height - 2 - (pressure.length > 0 && height > 6 ? 1 : 0);
  const meters = metersOf(state).slice(0, rows);
  const labelWidth = labelWidthOf([...meters.map(({ label }) => label), ...(pressure.length > 0 ? ["pressure"] : [])]);
  const size = { width: inner, labelWidth, ascii: theme.ascii };
  const lines = meters.map((one) => meterLine({ ...one, tail: tail(one.bytes) }, size));
  if (pressure.length > 0 && lines.length < height - 2) {
    const words = pressure.map(({ label, share }) => `${label} ${percent(share)}`).join("  ");
    lines.push([{ text: ` ${toWidth("pressure", labelWidth)} `, style: "dim" }, { text: words }]);
  }
  const inUse = bytes("system.memory.usage", { "system.memory.state": "used" });
  const corner = width >= 36 ? `${inUse} of ${bytes("system.memory.limit")}` : inUse;
  return drawBox({ title: "memory", corner: [{ text: corner }], lines, width, height, theme });
}

/** How many rows the boxes for CPU and memory can fill. */
export function upperRowsOf(state: MonitorState): number {
  const memory = metersOf(state).length + (pressureOf(state).length > 0 ? 1 : 0);
  return Math.max(memory, coreShares(state).length + modesOf(state).length);
}

const RATE_WIDTH = 17;
const SHORT_WIDTH = 7;

/** One graph below the other, each with its name and rate. They share a scale, so that the larger one looks larger. */
function twoWay(place: BoxPlace & { title: string }, first: Direction, second: Direction): Line[] {
  const { width, height, theme, title } = place;
  const inner = width - 2;
  const labelWidth = inner >= RATE_WIDTH + LEAST_GRAPH / 2 ? RATE_WIDTH : SHORT_WIDTH;
  const graphWidth = inner - labelWidth;
  const rows = Math.floor((height - 2) / 2);
  const shown = graphWidth * 2;
  const peak = Math.max(0, ...[...first.past.slice(-shown), ...second.past.slice(-shown)].filter((one) => one > 0));
  const size = { width: graphWidth, height: rows, max: Math.max(1024, peak), ascii: theme.ascii };
  const lines = [first, second].flatMap(({ name, past }) => {
    const rate = formatText(past.at(-1), "By/s");
    const label = ` ${toWidth(name, 5)} ${labelWidth === RATE_WIDTH ? toWidth(rate, 10, "right") : ""}`;
    return graph(past, size).map((line, row): Line => {
      const text = row === 0 ? label : "";
      return [{ text: toWidth(text, labelWidth), style: "dim" }, ...line];
    });
  });
  const rates = [first, second].map(({ past }) => formatText(past.at(-1), "By/s")).join(" / ");
  const corner = labelWidth === RATE_WIDTH ? `peak ${formatText(peak, "By/s")}` : rates;
  return drawBox({ title, corner: [{ text: corner, style: "dim" }], lines, width, height, theme });
}

interface Direction {
  name: string;
  past: readonly number[];
}

export function networkBox({ past }: MonitorState, place: BoxPlace): Line[] {
  return twoWay({ ...place, title: "network" }, { name: "in", past: past.receive }, { name: "out", past: past.transmit });
}

export function diskBox({ past }: MonitorState, place: BoxPlace): Line[] {
  return twoWay({ ...place, title: "disk" }, { name: "read", past: past.read }, { name: "write", past: past.write });
}
