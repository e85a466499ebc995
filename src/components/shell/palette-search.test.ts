import { expect, test } from "vitest";
import { findEntries, silenceOf } from "./palette-search";

const entries = [
  { text: "Kiosk mode", keywords: "hide frame screen", rank: 3 },
  { text: "Theme: dark", keywords: "color night", rank: 3 },
  { text: "Settings", keywords: "mail webhook notifications", rank: 0 },
  { text: "Network", rank: 0 },
  { text: "Disk I/O", keywords: "system.disk.io", rank: 1 },
  { text: "Disk latency", keywords: "system.disk.operation_time", rank: 1 },
  { text: "node server.js", rank: 2 },
  { text: "systemd-networkd", rank: 2 },
];
const found = (typed: string) => findEntries(entries, typed).map(({ text }) => text);

test.each([
  ["disk", ["Disk I/O", "Disk latency"]],
  ["node", ["node server.js"]],
  ["network", ["Network", "systemd-networkd"]],
  ["theme dark", ["Theme: dark"]],
  ["dark theme", ["Theme: dark"]],
  ["mail", ["Settings"]],
  ["latency disk", ["Disk latency"]],
  ["kiosk", ["Kiosk mode"]],
  ["zzz", []],
  [" ", []],
])("%j finds %j", (typed, texts) => {
  expect(found(typed)).toEqual(texts);
});

test("letters that are only scattered over a text find nothing", () => {
  expect(found("hrm")).toEqual([]);
});

test.each([
  ["silence disk 2h", { rule: "disk", time: "2h" }],
  ["mute memory pressure for 2 hours", { rule: "memory pressure", time: "2 hours" }],
  ["silence disk", null],
  ["disk 2h", null],
])("%j silences %j", (typed, meant) => {
  expect(silenceOf(typed)).toEqual(meant);
});
