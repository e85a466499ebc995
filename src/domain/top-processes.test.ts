import { expect, test } from "vitest";
import { processRow } from "../../tests/helpers/process-row";
import type { ProcessRow } from "./process";
import { topPrograms } from "./top-processes";

const row = (pid: number, name: string, change: Partial<ProcessRow> = {}): ProcessRow =>
  processRow(pid, {
    name,
    command: `/usr/bin/${name}`,
    user: "app",
    cpu: 0.1,
    memoryBytes: 10,
    sharedBytes: 4,
    readBytesPerSecond: null,
    writeBytesPerSecond: null,
    ...change,
  });

const script = { command: "node --max-old-space-size=192 /srv/app/server.js" };

test("all processes of a program and user are one line with their sums, and the heaviest line is first", () => {
  const programs = topPrograms(
    [
      row(2, "node", { ...script, cpu: 0.3 }),
      row(1, "postgres", { cpu: 0.5 }),
      row(3, "node", { ...script, cpu: 0.4, writeBytesPerSecond: 5 }),
      row(4, "node", { command: "node other.js", cpu: 0.2 }),
      row(5, "node", { ...script, cpu: 0 }),
      row(6, "node", { ...script, cpu: 0.1, user: "other" }),
    ],
    10,
  );
  expect(programs.map(({ name, count }) => `${name} ×${count}`)).toEqual([
    "node server.js ×3",
    "postgres ×1",
    "node other.js ×1",
    "node server.js ×1",
  ]);
  expect(programs[0]).toMatchObject({ cpu: 0.7, memoryBytes: 22, ioBytesPerSecond: 5, first: { pid: 3, name: "node" } });
  expect(programs[1]).toMatchObject({ ioBytesPerSecond: null });
});

test("where nothing works the largest are told, and no more than asked for", () => {
  const idle = [1, 2, 3].map((pid) => row(pid, `daemon-${pid}`, { cpu: pid === 2 ? null : 0, memoryBytes: pid * 100 }));
  expect(topPrograms(idle, 2).map(({ name }) => name)).toEqual(["daemon-3", "daemon-2"]);
});
