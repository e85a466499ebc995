import { expect, test } from "vitest";
import { processRow } from "../../../tests/helpers/process-row";
import { processFilter } from "./filter";

const row = processRow(812, {
  name: "postgres",
  command: "postgres: checkpointer",
  user: "pg",
  cpu: 0.382,
  memoryBytes: 512 * 2 ** 20,
  threads: 3,
  writeBytesPerSecond: 4096,
  openFiles: 40,
  group: "postgresql.service",
});

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
  ["group:postgres", true],
  ["files>39", true],
  ["files>40", false],
  ["nofield:x", false],
])("%j lets it through: %s", (text, passes) => {
  expect(processFilter(text)(row)).toBe(passes);
});
