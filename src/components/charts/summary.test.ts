import { expect, test } from "vitest";
import { charts } from "~/components/words/en/charts";
import type { Format } from "~/components/words/words-provider";
import { formatText } from "~/domain/format-value";
import { prepareChart } from "./prepare";
import { summaryOf } from "./summary";

const speech = { charts, format: { text: formatText } as Format };
const input = { title: "CPU", unit: "1", times: [1000, 2000, 3000], range: { from: 0, to: 10_000 }, maxGapMs: 1500 };

test("the summary says what the picture shows: the last value of each series and its peak", () => {
  const series = [
    { label: "user", color: "--a", values: [0.1, 0.3, 0.2] },
    { label: "system", color: "--b", values: [null, null, null] },
  ];
  expect(summaryOf(prepareChart({ ...input, series }), speech)).toBe("CPU: user 20%, peak 30%; system has no data");
});

test("an empty chart says why it is empty", () => {
  expect(summaryOf(prepareChart({ ...input, series: [] }), speech)).toBe("CPU: No data in this range");
});
