import { expect, test } from "vitest";
import { seriesName, withoutTotals } from "./series-name";

const MOUNT = { "system.device": "/dev/vda", "system.filesystem.mode": "rw", "system.filesystem.type": "ext4" };

test.each([
  [{ ...MOUNT, "system.filesystem.mountpoint": "/", "system.filesystem.state": "reserved" }, "/ reserved"],
  [{ "disk.io.direction": "read", "system.device": "vda" }, "vda read"],
  [{ "network.interface.name": "eth0", "network.io.direction": "receive" }, "eth0 receive"],
  [{ "container.id": "3f2a", "container.name": "web", "container.runtime": "docker" }, "docker web"],
  [{ "container.id": "3f2a", "container.runtime": "docker", "disk.io.direction": "read" }, "docker 3f2a read"],
  [{ "systemd.unit": "my\\x2dapp.service", "user.id": "1000" }, "my-app.service"],
  [{ "hw.id": "temp2", "hw.name": "Core 0", "hw.parent": "coretemp" }, "coretemp Core 0"],
  [{ "cpu.logical_number": "3" }, "core 3"],
  [{ "system.irq": "24", "system.device": "virtio0" }, "virtio0 IRQ 24"],
  [{}, ""],
])("%j is called %s", (labels, name) => {
  expect(seriesName(labels as Record<string, string>)).toBe(name);
});

test("words are translated, names are not", () => {
  const word = (value: string) => (value === "read" ? "lesen" : "?");
  expect(seriesName({ "disk.io.direction": "read", "system.device": "read" }, word)).toBe("read lesen");
});

test("a total is left out beside its parts, and stays where it has none", () => {
  const series: { labels: Record<string, string> }[] = [
    { labels: { "error.type": "io" } },
    { labels: { "error.type": "io", "system.device": "vda" } },
    { labels: { "error.type": "oom" } },
  ];
  expect(withoutTotals(series, ["system.device"]).map(({ labels }) => Object.values(labels).join(" "))).toEqual([
    "io vda",
    "oom",
  ]);
  expect(withoutTotals(series, [])).toHaveLength(3);
});

test("of CPU time by core and by mode, only what is both is no total", () => {
  const series: { labels: Record<string, string> }[] = [
    { labels: {} },
    { labels: { "cpu.mode": "user" } },
    { labels: { "cpu.logical_number": "0" } },
    { labels: { "cpu.logical_number": "0", "cpu.mode": "user" } },
  ];
  expect(withoutTotals(series, ["cpu.mode", "cpu.logical_number"])).toEqual([series[3]]);
});
