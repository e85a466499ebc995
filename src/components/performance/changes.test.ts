import { expect, test } from "vitest";
import { performance } from "~/components/words/en/performance";
import type { Format } from "~/components/words/words-provider";
import { formatText } from "~/domain/format-value";
import { changesBetween } from "./changes";

const speech = { moment: performance.moment, format: { text: formatText } as Format };

const row = (pid: number, cpu: number, memoryBytes = 0) => ({
  pid,
  startedAt: "2026-11-24T00:00:00.000Z",
  parentPid: 1,
  name: "x",
  command: "x",
  cpu,
  memoryBytes,
  readBytesPerSecond: null,
  writeBytesPerSecond: null,
});

test("says what is new, what uses more or less, and nothing about noise", () => {
  const changes = changesBetween(
    [row(1, 0.9), row(2, 0.1), row(3, 0.005), row(4, 0, 5 * 2 ** 20), row(5, 0.2)],
    [row(1, 0.5), row(2, 0.3), row(3, 0), row(4, 0, 2 ** 20)],
    speech,
  );
  expect(changes.map(({ change }) => change)).toEqual(["+40% CPU", "−20% CPU", "", "+4 MiB", "new"]);
});

test("says nothing when nothing is kept of the time before", () => {
  expect(changesBetween([row(1, 0.9)], null, speech)[0]?.change).toBe("");
});
