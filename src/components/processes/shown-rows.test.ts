import { expect, test } from "vitest";
import { processRow } from "../../../tests/helpers/process-row";
import type { Row } from "./columns";
import { listGroups, openRows } from "./shown-rows";
import { keyOf } from "./tree";

const row = (pid: number, name: string, cpu: number): Row => ({
  ...processRow(pid, { name, command: `/usr/bin/${name} --worker`, cpu, memoryBytes: 100 }),
  startedAt: "2026-11-24T00:00:00.000Z",
});
const all = [row(1, "node", 0.2), row(2, "sshd", 0.3), row(3, "node", 0.25), row(4, "node", 0)];
const everything = { passes: () => true };
const shape = (rows: readonly Row[]) =>
  rows.map(({ pid, count, depth }) => (count ? `×${count}` : depth ? `  ${pid}` : `${pid}`));

test("equal processes are one row with their sums, sorted among the others by them, and open into the processes", () => {
  const groups = listGroups(all, { ...everything, sort: { key: "cpu", down: true } }, true);
  const [node] = groups;
  expect(node?.row).toMatchObject({ name: "node", cpu: 0.45, memoryBytes: 300, count: 3 });
  expect(shape(openRows(groups, new Set(), null))).toEqual(["×3", "2"]);
  const open = new Set([keyOf(node?.row as Row)]);
  expect(shape(openRows(groups, open, null))).toEqual(["×3", "  3", "  1", "  4", "2"]);
});

test("an order of single processes, and the choice against it, show each by itself", () => {
  expect(listGroups(all, { ...everything, sort: { key: "pid", down: false } }, true)).toHaveLength(4);
  expect(listGroups(all, { ...everything, sort: { key: "cpu", down: true } }, false)).toHaveLength(4);
});

test("a frozen order keeps rows and members where they are; what is opened unfolds in place", () => {
  const sort = { key: "cpu", down: true } as const;
  const before = openRows(listGroups(all, { ...everything, sort }, true), new Set(), null).map(keyOf);
  const later = listGroups([row(1, "node", 0), row(2, "sshd", 0.9), row(3, "node", 0)], { ...everything, sort }, true);
  expect(shape(openRows(later, new Set(), null))).toEqual(["2", "×2"]);
  expect(shape(openRows(later, new Set([before[0] as string]), before))).toEqual(["×2", "  1", "  3", "2"]);
});

test("what nobody may read has no sum", () => {
  const [group] = listGroups(all, { ...everything, sort: null }, true);
  expect(group?.row.readBytesPerSecond).toBeNull();
});
