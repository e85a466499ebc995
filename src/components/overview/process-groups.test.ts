import { expect, test } from "vitest";
import { type GroupedProcess, groupProcesses } from "./process-groups";

const row = (pid: number, name: string, change: Partial<GroupedProcess> = {}): GroupedProcess => ({
  pid,
  name,
  command: `/usr/bin/${name}`,
  cpu: 0.1,
  memoryBytes: 10,
  sharedBytes: 4,
  readBytesPerSecond: null,
  writeBytesPerSecond: null,
  ...change,
});

test("equal processes are one line with their sums, and the heaviest line is first", () => {
  const script = { command: "node --max-old-space-size=192 /srv/app/server.js" };
  const groups = groupProcesses([
    row(1, "postgres", { cpu: 0.5 }),
    row(2, "node", { ...script, cpu: 0.4, writeBytesPerSecond: 5 }),
    row(3, "node", { ...script, cpu: 0.3 }),
    row(4, "node", { command: "node other.js", cpu: 0.2 }),
  ]);
  expect(groups.map(({ name, count }) => `${name} ×${count}`)).toEqual(["node server.js ×2", "postgres ×1", "node other.js ×1"]);
  expect(groups[0]).toMatchObject({ cpu: 0.7, memoryBytes: 16, ioBytesPerSecond: 5, first: { pid: 2 } });
  expect(groups[1]).toMatchObject({ ioBytesPerSecond: null });
});
