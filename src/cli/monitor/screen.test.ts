import { expect, test } from "vitest";
import type { LiveSeries } from "~/domain/derive";
import { NOT_REPORTED, type ProcessRow } from "~/domain/process";
import { drawScreen } from "./screen";
import { INITIAL, type LiveTick, type MonitorState, onEvent } from "./state";
import { lineWidth, plainLine, renderLine, widthOf } from "./text";
import type { Theme } from "./theme";

const theme: Theme = { ascii: false, now: 1_700_000_100_000, intervalSeconds: 1, source: "here" };

function process(pid: number, name: string, more: Partial<ProcessRow> = {}): ProcessRow {
  return {
    pid,
    startedAt: 0,
    parentPid: 1,
    name,
    command: `/usr/bin/${name} --flag`,
    user: "ada",
    state: "sleeping",
    cpu: pid / 1000,
    memoryBytes: pid * 1024 * 1024,
    virtualBytes: 0,
    threads: 1,
    ...NOT_REPORTED,
    writeBytesPerSecond: 2048,
    group: null,
    ...more,
  };
}

const series: LiveSeries[] = [
  { metric: "system.cpu.utilization", labels: {}, unit: "1" },
  { metric: "system.cpu.utilization", labels: { "cpu.logical_number": "0" }, unit: "1" },
  { metric: "system.cpu.utilization", labels: { "cpu.logical_number": "1" }, unit: "1" },
  { metric: "system.memory.utilization", labels: {}, unit: "1" },
  { metric: "system.filesystem.utilization", labels: { "system.filesystem.mountpoint": "/data" }, unit: "1" },
];
const tick: LiveTick = { at: 1_700_000_099_000, series, values: [0.42, 0.4, 0.44, 0.63, 0.91] };
const processes = [process(1, "init", { parentPid: 0 }), process(300, "postgres"), process(200, "node", { parentPid: 300 })];

function shown(...events: Parameters<typeof onEvent>[1][]): MonitorState {
  const host = { name: "web-1", os: "Debian 12", kernel: "6.1", cpus: 2, memoryBytes: 1, bootTime: 1_700_000_000_000 };
  return [{ type: "host", host } as const, { type: "tick", tick, processes } as const, ...events].reduce(onEvent, INITIAL);
}

const keys = (text: string) => [...text].map((key) => ({ type: "key", key }) as const);
const text = (state: MonitorState, columns = 80, rows = 23, how = theme) =>
  drawScreen(state, { columns, rows }, how).map(plainLine);

test.each([
  [80, 23],
  [160, 49],
  [101, 31],
  [60, 18],
  [40, 12],
  [300, 100],
])("at %dx%d every line fills the width and the screen its height", (columns, rows) => {
  for (const state of [INITIAL, shown(), shown(...keys("t")), shown(...keys("?"))]) {
    const lines = drawScreen(state, { columns, rows }, theme);
    expect(lines).toHaveLength(rows);
    expect(lines.map(lineWidth).filter((width) => width !== columns)).toEqual([]);
  }
});

test("a terminal that is too small says so", () => {
  expect(text(INITIAL, 30, 10)[0]).toContain("at least 40x12");
});

test("what is there is named: host, load of the machine, filesystems, processes by CPU", () => {
  const screen = text(shown());
  expect(screen[0]).toMatch(/^ web-1 {2}up 1 min 40 s .*● live/);
  expect(screen.join("\n")).toContain("/data");
  const rows = screen.filter((line) => line.includes("--flag"));
  expect(rows.map((line) => /\/usr\/bin\/(\w+)/.exec(line)?.[1])).toEqual(["postgres", "node", "init"]);
});

test("keys sort, reverse, draw the tree and filter", () => {
  const order = (state: MonitorState) => text(state).flatMap((line) => /\/usr\/bin\/(\w+)/.exec(line)?.[1] ?? []);
  expect(order(shown(...keys("p")))).toEqual(["init", "node", "postgres"]);
  expect(order(shown(...keys("pp")))).toEqual(["postgres", "node", "init"]);
  expect(order(shown(...keys("n")))).toEqual(["init", "node", "postgres"]);
  expect(text(shown(...keys("t"))).join("\n")).toMatch(/│ +200 .*└ \/usr\/bin\/node/);
  expect(order(shown(...keys("/postgres")))).toEqual(["postgres"]);
  expect(order(shown(...keys("/nothing")))).toEqual([]);
  expect(text(shown(...keys("/nothing"))).join("\n")).toContain("No process matches 'nothing'");
  expect(order(shown(...keys("/no"), { type: "key", key: "escape" }))).toHaveLength(3);
});

test("while the filter is typed, letters are no commands", () => {
  const state = shown(...keys("/tmp"));
  expect(state).toMatchObject({ filter: "tmp", tree: false, sort: "cpu", typing: true });
  expect(onEvent(state, { type: "key", key: "enter" })).toMatchObject({ filter: "tmp", typing: false });
  expect(onEvent(state, { type: "key", key: "backspace" })).toMatchObject({ filter: "tm" });
});

test("a pause keeps what is shown, counts what was missed and ends with the newest", () => {
  const later = { ...tick, at: tick.at + 1000 };
  const paused = shown(...keys(" "), { type: "tick", tick: later, processes: null });
  expect(paused.tick?.at).toBe(tick.at);
  expect(paused.past.cpu).toHaveLength(2);
  expect(text(paused)[0]).toContain("paused, 1 sample behind");
  const resumed = onEvent(onEvent(paused, { type: "key", key: " " }), { type: "tick", tick: later, processes: null });
  expect(resumed.tick?.at).toBe(later.at);
});

test("a lost server is told in words and the last values stay", () => {
  const screen = text(shown({ type: "link", link: "lost" }));
  expect(screen[0]).toContain("reconnecting");
  expect(screen.join("\n")).toContain("postgres");
});

test("a hostile name cannot steer the terminal, and wide letters do not shift the frame", () => {
  const state = shown({
    type: "tick",
    tick,
    processes: [process(9, "x", { command: "\u001b[2J\u0007evil\n", user: "日本語の利用者名" })],
  });
  const lines = drawScreen(state, { columns: 80, rows: 23 }, theme);
  expect([...lines.map(plainLine).join("")].filter((one) => one < " ")).toEqual([]);
  expect(lines.every((line) => lineWidth(line) === 80)).toBe(true);
});

test("without UTF-8 all is ASCII, without colour there is no escape sequence", () => {
  const lines = drawScreen(shown(), { columns: 80, rows: 23 }, { ...theme, ascii: true });
  const drawn = lines.map((line) => renderLine(line, false)).join("\n");
  // A dash marks a missing value.
  expect(drawn.replace(/[–…]/g, "")).toMatch(/^[\x20-\x7e\n]*$/);
  expect(lines.map((line) => renderLine(line, true)).join("")).toContain("\u001b[");
});

test.each([
  ["abc", 3],
  ["日本", 4],
  ["e\u0301", 1],
  ["…", 1],
])("%s takes %d cells", (given, cells) => {
  expect(widthOf(given)).toBe(cells);
});

const PAST = { cpu: [0.1, 0.5], receive: [1e6, 2e6], transmit: [5e5, 1e4], read: [0, 4096], write: [1e6, 3e6] };

test("the graphs of network and disk have a name and a rate for each direction", () => {
  const screen = text(shown({ type: "past", past: PAST }), 150, 44);
  const boxes = screen.slice(screen.findIndex((line) => line.includes("network"))).slice(1, 5);
  expect(boxes[0]).toMatch(/│ in +1\.9 MiB\/s .*│ read +4 KiB\/s /);
  expect(boxes[2]).toMatch(/│ out +9\.8 KiB\/s .*│ write +2\.9 MiB\/s /);
});

test("the bars of a box start and end at one column", () => {
  const memory = text(shown(), 150, 44).flatMap((line) => /│( (?:used|cache|\/data) .*)│$/.exec(line)?.[1] ?? []);
  expect(memory).toHaveLength(3);
  expect(new Set(memory.map((line) => line.search(/[█░]/))).size).toBe(1);
  expect(new Set(memory.map((line) => line.search(/[█▏▎▍▌▋▊▉░] *[\d–]/))).size).toBe(1);
});

test("a large screen gives rows that the upper boxes cannot fill to the process table", () => {
  const screen = text(shown(), 150, 44);
  const upper = screen.slice(
    2,
    screen.findIndex((line) => line.startsWith("╰")),
  );
  expect(upper).toHaveLength(4);
  expect(upper.filter((line) => /^│.*│ +│$/.test(line))).toHaveLength(1);
});
