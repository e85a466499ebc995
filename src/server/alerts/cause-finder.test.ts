import { expect, test } from "vitest";
import { UNKNOWN_CAUSE } from "~/domain/contributor";
import type { Labels } from "~/domain/sample";
import { CauseFinder } from "./cause-finder";
import type { AlertInstance } from "./instances";

/** How often the causes of alerts that fire at once are looked for. */
function looksFor(metric: string, ...all: Labels[]): number {
  let looks = 0;
  const explain = () => {
    looks++;
    return UNKNOWN_CAUSE;
  };
  const finder = new CauseFinder({ explain, onError: () => expect.unreachable() });
  finder.begin();
  const rule = { windowSeconds: 60, forSeconds: 0 };
  for (const [index, labels] of all.entries())
    finder.find({ rule, series: { metric, labels, unit: "1" } } as AlertInstance, `alert ${index}`, 1_800_000_000_000);
  return looks;
}

test("mounts that fill up at once share one cause", () => {
  const mounts = ["/a", "/b", "/c"].map((path) => ({ "system.filesystem.mountpoint": path }));
  expect(looksFor("system.filesystem.utilization", ...mounts)).toBe(1);
});

test.each([
  ["containers without an id", "container.cpu.utilization", "container.name", ["web", "cache"]],
  ["containers of two runtimes", "container.cpu.utilization", "container.runtime", ["lxc", "systemd-nspawn"]],
  ["units of two users", "systemd.service.cpu.utilization", "user.id", ["1000", "1001"]],
  ["states of connections", "system.network.connection.count", "network.connection.state", ["time_wait", "established"]],
])("%s have a cause each", (_name, metric, label, values) => {
  expect(looksFor(metric, ...values.map((value) => ({ [label]: value })))).toBe(2);
});
