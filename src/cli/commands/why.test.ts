import { expect, test } from "vitest";
import type { HistorySeries } from "~/domain/history";
import { causeTable, valueText } from "./why";

const series = (labels: Record<string, string>, values: (number | null)[], unit = "By/s"): HistorySeries => ({
  metric: "m",
  labels,
  unit,
  values,
  min: values,
  max: values,
});

test("the value is the mean of the total, or of the highest series where there is no total", () => {
  const parts = [series({ device: "sda" }, [1024, null]), series({ device: "sdb" }, [4096, 2048])];
  expect(valueText("disk", parts)).toBe("disk (sdb): 3 KiB/s");
  expect(valueText("cpu", [series({ mode: "user" }, [0.9], "1"), series({}, [0.3, 0.32], "1")])).toBe("cpu: 31%");
  expect(valueText("cpu", [series({}, [null])])).toBeNull();
});

test("contributors are a table under their heads, and a refusal is a sentence before it", () => {
  const one = { pid: 7, user: "ada", startedBy: null, name: "make", command: "make -j8", parentPid: 1, kind: "tree" as const };
  const cause = [
    { ...one, share: 0.78, value: 1.6, unit: "{cpu}", change: 1.5, processes: 214, evidence: [], measure: "cpu" as const },
  ];
  const shown = causeTable({ cause, coverage: 0.9, refusal: null }).split("\n");
  expect(shown[0]).toMatch(/^PID +USER +SHARE +USED +CHANGE +PROCESSES +NAME +DETAILS$/);
  expect(shown[1]).toMatch(/^ +7 +ada +78% +1\.6 cores +\+1\.5 cores +214 +make +make -j8$/);
  expect(shown[2]).toBe("Together: 90% of the CPU.");
  expect(causeTable({ cause: [], coverage: null, refusal: "unknown: no data" })).toBe("Unknown: no data.");
  expect(causeTable({ cause: [], coverage: null, refusal: null })).toBe("Nothing stands out.");
});
