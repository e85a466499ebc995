import { rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FakeProc } from "../../../tests/helpers/fake-proc";
import { openMemory } from "./memory";

const GIBIBYTE = 2 ** 30;
const meminfo = (gibibytes: Record<string, number>) =>
  Object.entries(gibibytes)
    .map(([word, value]) => `${word}: ${value * 1024 * 1024} kB\n`)
    .join("");
const arcstats = (gibibytes: number) => `name type data\nc_min 4 ${GIBIBYTE}\nsize 4 ${gibibytes * GIBIBYTE}\n`;
const LXCFS = "50 40 0:61 /proc/meminfo /proc/meminfo rw,nosuid shared:593 - fuse.lxcfs lxcfs rw,user_id=0\n";
const ROOT = "40 1 8:1 / / rw - ext4 /dev/sda1 rw\n";

/** Available memory and the ARC in GiB, second by second. */
function samplerOf(host: FakeProc) {
  const collector = openMemory(host.roots);
  let at = 0;
  return () => {
    at += 1000;
    const readings = collector.collect({ at, elapsedMs: 1000, isWatched: true });
    const read = (wanted: string) => readings.find(({ metric }) => metric === wanted)?.value ?? Number.NaN;
    return [read("system.memory.linux.available") / GIBIBYTE, read("system.memory.linux.zfs.arc") / GIBIBYTE];
  };
}

test.each([
  ["of the machine, the ARC above its minimum is available", ROOT, { MemTotal: 64, MemFree: 20, MemAvailable: 21 }, [50, 30]],
  ["of a container whose memory lxcfs tells", ROOT + LXCFS, { MemTotal: 64, MemFree: 20, MemAvailable: 21 }, [21, Number.NaN]],
  ["of which the machine cannot have as much in use", ROOT, { MemTotal: 2, MemFree: 1, MemAvailable: 1.5 }, [1.5, Number.NaN]],
])("ZFS: an ARC of 30 GiB %s", (_what, mountinfo, lines, seen) => {
  using host = new FakeProc();
  host.write("self/mountinfo", mountinfo);
  host.write("meminfo", meminfo(lines));
  host.write("spl/kstat/zfs/arcstats", arcstats(30));
  expect(samplerOf(host)()).toEqual(seen);
});

test("an ARC that is gone with the module of ZFS is not available any more", () => {
  using host = new FakeProc();
  host.write("meminfo", meminfo({ MemTotal: 64, MemFree: 20, MemAvailable: 21 }));
  host.write("spl/kstat/zfs/arcstats", arcstats(30));
  const sample = samplerOf(host);
  expect(sample()).toEqual([50, 30]);
  const file = join(host.roots.proc, "spl/kstat/zfs/arcstats");
  truncateSync(file);
  rmSync(file);
  expect(sample()).toEqual([21, Number.NaN]);
  expect(sample()).toEqual([21, Number.NaN]);
});
