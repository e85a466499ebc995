import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { intervalOf } from "~/domain/derive";
import { seriesKey } from "~/domain/sample";
import { COLLECTORS } from "~/server/collectors/registry";
import { Sampler } from "~/server/collectors/run";

const HOSTS = ["recorded", "constructed"].flatMap((kind) =>
  readdirSync(`tests/fixtures/hosts/${kind}`).map((name) => ({ name, root: `tests/fixtures/hosts/${kind}/${name}` })),
);

/** Metrics that depend on when and where the test runs. */
const CHANGING = /^(hostscope\.(cpu|memory|sample)\.|system\.user\.|system\.filesystem\.(usage|inodes))/;

/** One tick on a host's files, one line per series. `UPDATE_GOLDEN=1 npm run test:unit` rewrites it. */
function goldenOf(root: string): string {
  // What takes too long waits for the next tick: here nothing does.
  using _clock = vi.spyOn(performance, "now").mockReturnValue(0);
  const sampler = new Sampler({ proc: join(root, "proc"), sys: join(root, "sys") }, COLLECTORS, 64);
  const { sample, processes, changes } = sampler.collect(0);
  sampler.close();
  const series = sample.series.flatMap((one, slot) =>
    CHANGING.test(one.metric) ? [] : [`${seriesKey(one)} ${sample.values[slot]}`],
  );
  return [
    ...series.sort(),
    // User names depend on the machine that runs the test.
    ...processes.changed.map(({ user: _user, ...row }) => JSON.stringify(row)).sort(),
    ...changes.map(({ collector, error }) => `${collector} failed: ${error?.replaceAll(root, "")}`),
    "",
  ].join("\n");
}

test.each(HOSTS)("$name gives its golden sample", ({ name, root }) => {
  const path = `tests/golden/${name}.txt`;
  const golden = goldenOf(root);
  if (process.env.UPDATE_GOLDEN) writeFileSync(path, golden);
  expect(golden).toBe(readFileSync(path, "utf8"));
});

test("the first sample after a clock was set back carries no interval, the next one does", () => {
  const root = HOSTS[0]?.root ?? "";
  const sampler = new Sampler({ proc: join(root, "proc"), sys: join(root, "sys") }, COLLECTORS, 64);
  const intervals = [10_000, 11_000, 5_000, 6_000].map((at) => intervalOf(sampler.collect(at).sample));
  sampler.close();
  expect(intervals.map(Number.isNaN)).toEqual([true, false, true, false]);
});

test("a closed sampler keeps no file open, so that monitoring can be stopped and started for years", () => {
  const count = () => readdirSync("/proc/self/fd").length;
  const root = HOSTS[0]?.root ?? "";
  const open = () => {
    const sampler = new Sampler({ proc: join(root, "proc"), sys: join(root, "sys") }, COLLECTORS, 64);
    sampler.collect(0);
    sampler.close();
  };
  open();
  const before = count();
  for (let times = 0; times < 5; times++) open();
  expect(count()).toBe(before);
});
