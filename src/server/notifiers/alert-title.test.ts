import { expect, test } from "vitest";
import type { Alert } from "~/domain/alert";
import { firing } from "../../../tests/helpers/alert";
import { eventTitle, headline, lastingHeadline, shortTitle, subjectOf } from "./alert-title";

const METRIC = "system.cpu.utilization";
const MOUNT = { "system.filesystem.mountpoint": "/mnt/small", "system.device": "/dev/loop1" };

test.each([
  [{ rule: "cpu" }, "CPU at 97% (threshold 95%)"],
  [{ rule: "cpu busy", threshold: 0.905 }, "cpu busy at 97% (threshold 90.5%)"],
  [{ rule: "disk", labels: MOUNT, value: 0.999 }, "Disk /mnt/small at 99.9% (threshold 95%)"],
  [{ rule: "disk", labels: MOUNT, value: null }, "Disk /mnt/small no longer reporting (unmounted?)"],
  [{ rule: "cpu", value: null }, "CPU no longer reporting"],
  [{ rule: "inodes", labels: MOUNT }, "Inodes on /mnt/small at 97% (threshold 95%)"],
  [
    { rule: "disk filling", labels: MOUNT, value: 1.04, threshold: 1, forecastSeconds: 28_800 },
    "Disk /mnt/small will be full within 8 h",
  ],
  [{ rule: "queue", unit: "", value: 120, threshold: 100, forecastSeconds: 3600 }, "queue will be at 120 in 1 h (threshold 100)"],
  [{ rule: "zombies", unit: "{process}", value: 12, threshold: 10 }, "Zombies at 12 (threshold 10)"],
  [{ rule: "out of memory", value: 1, threshold: 0.001 }, "Out of memory"],
  [{ rule: "disk errors", labels: { "system.device": "sda" }, value: 1 }, "Disk errors on sda"],
  [{ rule: "failed units", labels: { "systemd.unit": "a\\x2db.service" }, value: 1 }, "Failed unit a-b.service"],
  [
    { rule: "temperature", labels: { "hw.name": "CPU" }, unit: "Cel", value: 91, threshold: 85 },
    "Temperature of CPU at 91 °C (threshold 85 °C)",
  ],
  [{ rule: "clock step", unit: "s", value: 3600, threshold: 5 }, "Clock step of 1 h (threshold 5 s)"],
  [
    { rule: "notifications", labels: { "hostscope.channel": "email" }, unit: "s", value: 360, threshold: 300 },
    "Notifications by email failing for 6 min (threshold 5 min)",
  ],
] satisfies [Partial<Alert>, string][])("the title of %j", (change, title) => {
  expect(headline(firing(change))).toBe(title);
});

test.each([
  [{ rule: "cpu", value: 0.62 }, "Resolved: CPU back to 62%"],
  [{ rule: "zombies", unit: "{process}", value: 0, peak: 12, threshold: 10 }, "Resolved: zombies back to 0"],
  [{ rule: "disk", labels: MOUNT, value: null }, "Resolved: disk /mnt/small no longer reporting (unmounted?)"],
  [{ rule: "iowait", value: 0.02 }, "Resolved: I/O wait back to 2%"],
  [
    { rule: "disk errors", labels: { "system.device": "sda" }, value: 0, peak: 1, threshold: 0.001 },
    "Resolved: no further disk errors on sda",
  ],
  [
    { rule: "filesystem errors", labels: { "system.device": "sda1" }, value: 0, peak: 1, threshold: 0.001 },
    "Resolved: no further filesystem errors on sda1",
  ],
  [{ rule: "out of memory", value: 0, peak: 1, threshold: 0.001 }, "Resolved: no further OOM kills"],
  [
    { rule: "failed units", labels: { "systemd.unit": "a\\x2db.service" }, value: null, peak: 1, threshold: 1 },
    "Resolved: unit a-b.service no longer in a failed state",
  ],
  [
    { rule: "disk filling", labels: MOUNT, value: 0.5, peak: 1.2, threshold: 1, forecastSeconds: 28_800 },
    "Resolved: disk /mnt/small no longer filling up",
  ],
  [{ rule: "battery", value: 0.6, peak: 0.1, threshold: 0.2 }, "Resolved: battery back to 60%"],
  [
    { rule: "notifications", labels: { "hostscope.channel": "email" }, unit: "s", value: 0, peak: 900, threshold: 300 },
    "Resolved: notifications by email working again",
  ],
] satisfies [Partial<Alert>, string][])("the end of %j", (change, title) => {
  expect(eventTitle({ kind: "resolved", alert: firing({ state: "resolved", ...change }) })).toBe(title);
});

test("what somebody resolves while it goes on is not said to be back", () => {
  expect(eventTitle({ kind: "resolved", alert: firing({ state: "resolved" }) })).toBe("Resolved: CPU at 97%");
  const unit = firing({
    rule: "failed units",
    labels: { "systemd.unit": "a.service" },
    state: "resolved",
    value: 1,
    threshold: 1,
  });
  expect(eventTitle({ kind: "resolved", alert: unit })).toBe("Resolved: failed unit a.service");
  const low = firing({ rule: "battery", state: "resolved", value: 0.15, peak: 0.1, threshold: 0.2 });
  expect(eventTitle({ kind: "resolved", alert: low })).toBe("Resolved: battery at 15%");
});

test("the title that stays is that of the worst value", () => {
  expect(lastingHeadline(firing({ state: "resolved", value: 0.2, peak: 0.99 }))).toBe("CPU at 99% (threshold 95%)");
  expect(lastingHeadline(firing({ value: 0.96, peak: 0.99 }))).toBe("CPU at 96% (threshold 95%)");
  // Stored before peaks were.
  expect(lastingHeadline(firing({ state: "resolved", value: 0.2, peak: null }))).toBe("CPU at 20% (threshold 95%)");
});

test.each([
  [{ "container.name": "web", "container.id": "abc", "container.runtime": "docker" }, "CPU web"],
  [{ "container.id": "abc" }, "CPU abc"],
  [{ "network.interface.name": "eth0" }, "CPU eth0"],
  [{ "system.device": "sda" }, "CPU sda"],
  [{}, "CPU"],
])("what it is about: %j is %s", (labels, text) => {
  expect(subjectOf({ rule: "cpu", metric: METRIC, labels })).toBe(text);
});

test("a metric of one's own is told with its tags, and a rule may be called as nothing of ours", () => {
  expect(subjectOf({ rule: "queue", metric: "queue", labels: { env: "live", region: "eu" } })).toBe("queue env=live region=eu");
  expect(shortTitle(firing({ rule: "constructor" }))).toBe("constructor at 97%");
});
