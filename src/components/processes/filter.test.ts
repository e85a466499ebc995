import { expect, test } from "vitest";
import { processFilter } from "./filter";

const row = {
  pid: 812,
  parentPid: 1,
  name: "postgres",
  command: "postgres: checkpointer",
  user: "pg",
  state: "sleeping" as const,
  cpu: 0.382,
  memoryBytes: 512 * 2 ** 20,
  virtualBytes: 0,
  threads: 3,
  readBytesPerSecond: null,
  writeBytesPerSecond: 4096,
};

test.each([
  ["", true],
  ["checkpoint", true],
  ["CHECKPOINT pg", true],
  ["nginx", false],
  ["name:post", true],
  ["user:root", false],
  ["state:sleep", true],
  ["cpu>38", true],
  ["cpu>39", false],
  ["mem>=512 threads<4", true],
  ["io=4", true],
  ["pid=812", true],
  ["command:postgres:", true],
  ["nofield:x", false],
])("%j lets it through: %s", (text, passes) => {
  expect(processFilter(text)(row)).toBe(passes);
});
