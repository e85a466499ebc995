import { expect, test } from "vitest";
import { bytesTogether } from "./memory-together";

const row = (memoryBytes: number, sharedBytes: number | null) => ({ memoryBytes, sharedBytes });

test.each([
  ["one process has what is resident", [row(100, 60)], 100],
  ["what processes share counts once", [row(100, 60), row(80, 60), row(70, 50)], 140],
  ["without a reading of what is shared, all is a process's own", [row(100, null), row(80, null)], 180],
  ["a process that has shrunk since its shared pages were read has no less than nothing", [row(10, 60), row(100, 60)], 100],
  ["none have none", [], 0],
])("%s", (_what, rows, bytes) => {
  expect(bytesTogether(rows)).toBe(bytes);
});
