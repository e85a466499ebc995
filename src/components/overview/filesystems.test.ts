import { expect, test } from "vitest";
import { listedAlert } from "../../../tests/helpers/alert";
import { filesystemRows, readingsAtEnd } from "./filesystems";

const labels = (mountpoint: string, mode = "rw") => ({
  "system.filesystem.mountpoint": mountpoint,
  "system.filesystem.mode": mode,
});
const reading = (mountpoint: string, utilization: number | null) => ({ labels: labels(mountpoint), utilization, freeBytes: 1 });
const calm = { alerts: [], fullAt: new Map(), now: 0 };

test("the fullest filesystem comes first, and one that was unmounted is gone", () => {
  const rows = filesystemRows([reading("/", 0.3), reading("/mnt", null), reading("/var", 0.9)], calm);
  expect(rows.map(({ mountpoint }) => mountpoint)).toEqual(["/var", "/"]);
});

test("a filesystem is as bad as the worst alert on it says, not as a limit of the page", () => {
  const on = (mountpoint: string, severity: "warning" | "critical") =>
    listedAlert({ metric: "system.filesystem.utilization", labels: labels(mountpoint), severity });
  const alerts = [on("/", "warning"), on("/", "critical")];
  const [full, root] = filesystemRows([reading("/", 0.3), reading("/data", 0.99)], { ...calm, alerts });
  expect([full?.severity, root?.severity]).toEqual(["ok", "critical"]);
});

test("the end of a past range has the filesystems that were mounted then", () => {
  const series = (metric: string, mountpoint: string, values: (number | null)[], state = {}) => ({
    metric,
    labels: { ...labels(mountpoint), ...state },
    unit: "1",
    values,
  });
  const readings = readingsAtEnd([
    series("system.filesystem.utilization", "/", [0.1, 0.2, 0.3]),
    series("system.filesystem.usage", "/", [9, 8, 7], { "system.filesystem.state": "free" }),
    series("system.filesystem.utilization", "/mnt", [0.5, null, null]),
  ]);
  expect(filesystemRows(readings, calm)).toMatchObject([{ mountpoint: "/", utilization: 0.3, freeBytes: 7 }]);
});
