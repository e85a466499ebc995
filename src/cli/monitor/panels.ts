/** The boxes above the process table. */
import { formatText } from "~/domain/format-value";
import { plain } from "../output";
import { type BoxPlace, drawBox } from "./box";
import { bar, graph } from "./graph";
import { type MonitorState, readingOf } from "./state";
import { type Line, levelStyle, lineToWidth, toWidth } from "./text";

const percent = (share: number) => (Number.isNaN(share) ? "–" : `${Math.round(share * 100)}%`);

/** `used ██████░░░░ 39%  6.1 GiB` */
function meter(
  label: string,
  share: number,
  { width, ascii, tail = "" }: { width: number; ascii: boolean; tail?: string },
): Line {
  const labelWidth = Math.min(12, Math.max(5, label.length));
  const end = `${toWidth(percent(share), 5, "right")}${tail}`;
  return [
    { text: ` ${toWidth(label, labelWidth)} ` },
    ...bar(share, width - labelWidth - end.length - 3, ascii),
    { text: `${end} `, style: levelStyle(share) },
  ];
}

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

export function cpuBox(state: MonitorState, { width, height, theme }: BoxPlace): Line[] {
  const { tick, past } = state;
  const { ascii } = theme;
  const mode = (name: string) => readingOf(tick, "system.cpu.utilization", { "cpu.mode": name });
  const parts = [
    ["user", mode("user") + mode("nice")],
    ["sys", mode("system")],
    ["wait", mode("iowait")],
    ["steal", mode("steal")],
  ] as const;
  const inner = width - 2;
  const rows = height - 3;
  const shares = coreShares(state);
  const coreColumns = Math.max(1, Math.ceil(shares.length / rows));
  const coreWidth = inner >= 56 && shares.length > 1 && coreColumns * 14 <= inner / 2 ? Math.max(18, coreColumns * 16) : 0;
  const drawing = graph(past.cpu, { width: inner - coreWidth, height: rows, max: 1, ascii });
  const cores = coreWidth > 0 ? coreLines(shares, { width: coreWidth, rows, ascii }) : [];
  const lines = drawing.map((line, row): Line => [...line, ...(cores[row] ?? [])]);
  const words: Line = parts.flatMap(([name, share]) =>
    Number.isNaN(share) || (name === "steal" && share < 0.005)
      ? []
      : [{ text: ` ${name} `, style: "dim" as const }, { text: percent(share) }],
  );
  lines.push(lineToWidth(words, inner));
  const load = ["1m", "5m", "15m"].map((window) => readingOf(tick, `system.cpu.load_average.${window}`));
  const loads = load.map((one) => (Number.isNaN(one) ? "–" : one.toFixed(one < 99.95 ? 2 : 0))).join(" ");
  const busy = readingOf(tick, "system.cpu.utilization");
  const count = shares.length > 0 ? `cpu x${shares.length}` : "cpu";
  return drawBox({
    title: count,
    corner: [
      ...(width >= 36 ? [{ text: "load ", style: "dim" as const }, { text: `${loads}  ` }] : []),
      { text: percent(busy), style: levelStyle(busy) },
    ],
    lines,
    width,
    height,
    theme,
  });
}

export function memoryBox({ tick }: MonitorState, { width, height, theme }: BoxPlace): Line[] {
  const { ascii } = theme;
  const inner = width - 2;
  const bytes = (metric: string, labels = {}) => formatText(readingOf(tick, metric, labels), "By");
  const state = (name: string) => readingOf(tick, "system.memory.usage", { "system.memory.state": name });
  const limit = readingOf(tick, "system.memory.limit");
  const cache = Math.max(0, limit - state("used") - state("free"));
  const roomy = inner >= 44;
  const tail = (value: number, unit = "By") => (roomy ? toWidth(formatText(value, unit), 10, "right") : "");
  const size = { width: inner, ascii };
  const lines: Line[] = [
    meter("used", readingOf(tick, "system.memory.utilization"), { ...size, tail: tail(state("used")) }),
    meter("cache", cache / limit, { ...size, tail: tail(cache) }),
  ];
  const swap = readingOf(tick, "system.paging.utilization");
  if (!Number.isNaN(swap)) {
    const used = readingOf(tick, "system.paging.usage", { "system.paging.state": "used" });
    lines.push(meter("swap", swap, { ...size, tail: tail(used) }));
  }
  const pressure = ["cpu", "memory", "io"].map((what) => readingOf(tick, `system.linux.pressure.${what}.some`));
  const filesystems = (tick?.series ?? []).flatMap(({ metric, labels }, index) =>
    metric === "system.filesystem.utilization"
      ? [{ mount: plain(labels["system.filesystem.mountpoint"] ?? ""), share: tick?.values[index] as number }]
      : [],
  );
  filesystems.sort((a, b) => b.share - a.share);
  const hasPressure = pressure.some((one) => !Number.isNaN(one));
  const room = height - 2 - lines.length - (hasPressure && height > 6 ? 1 : 0);
  for (const { mount, share } of filesystems.slice(0, Math.max(0, room))) lines.push(meter(mount, share, size));
  if (hasPressure && lines.length < height - 2) {
    lines.push([
      { text: " pressure ", style: "dim" },
      { text: ["cpu", "mem", "io"].map((what, index) => `${what} ${percent(pressure[index] as number)}`).join("  ") },
    ]);
  }
  const inUse = bytes("system.memory.usage", { "system.memory.state": "used" });
  const corner = width >= 36 ? `${inUse} of ${bytes("system.memory.limit")}` : inUse;
  return drawBox({ title: "memory", corner: [{ text: corner }], lines, width, height, theme });
}

/** Both directions share a scale, so that the larger one looks larger. */
function twoWay(place: BoxPlace & { title: string }, first: Direction, second: Direction): Line[] {
  const { width, height, theme } = place;
  const inner = width - 2;
  const half = Math.floor((inner - 1) / 2);
  const shown = half * 2;
  const top = Math.max(1024, ...[...first.past.slice(-shown), ...second.past.slice(-shown)].filter((one) => one > 0));
  const size = { height: height - 2, max: top, ascii: theme.ascii };
  const left = graph(first.past, { ...size, width: half });
  const right = graph(second.past, { ...size, width: inner - half - 1 });
  const lines = left.map((line, row): Line => [...line, { text: " " }, ...(right[row] ?? [])]);
  const corner: Line = [first, second].flatMap(({ arrow, past }, index) => [
    { text: `${index > 0 ? "  " : ""}${arrow} `, style: "dim" as const },
    { text: formatText(past.at(-1), "By/s") },
  ]);
  return drawBox({ title: place.title, corner, lines, width, height, theme });
}

interface Direction {
  arrow: string;
  past: readonly number[];
}

export function networkBox({ past }: MonitorState, place: BoxPlace): Line[] {
  const arrows = place.theme.ascii ? ["in", "out"] : ["↓", "↑"];
  return twoWay(
    { ...place, title: "network" },
    { arrow: arrows[0] as string, past: past.receive },
    { arrow: arrows[1] as string, past: past.transmit },
  );
}

export function diskBox({ past }: MonitorState, place: BoxPlace): Line[] {
  return twoWay({ ...place, title: "disk" }, { arrow: "read", past: past.read }, { arrow: "write", past: past.write });
}
