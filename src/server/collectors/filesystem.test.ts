import { mkdirSync, rmdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { Reading } from "~/domain/sample";
import { FakeProc } from "../../../tests/helpers/fake-proc";
import { openFilesystem } from "./filesystem";
import { mountsInUse } from "./mounts-in-use";

/** A host with folders as mount points, sampled at given seconds. */
function samplerOf(host: FakeProc, mountinfo: string, folders: readonly string[]) {
  const root = join(host.folder, "root");
  for (const one of folders) mkdirSync(join(root, one), { recursive: true });
  host.write("self/mountinfo", mountinfo);
  let now = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
  const collector = openFilesystem({ ...host.roots, host: root });
  return {
    root,
    /** The mount points with readings, and what is told of the others. */
    at: (seconds: number) => {
      now = 1000 * seconds;
      const readings: Reading[] = collector.collect({ at: now, elapsedMs: 1000, isWatched: true });
      return {
        measured: [...new Set(readings.map(({ labels }) => labels?.["system.filesystem.mountpoint"]))],
        untold: (collector.absences ?? []).map(({ what }) => what),
      };
    },
    [Symbol.dispose]: () => clock.mockRestore(),
  };
}

const autofs = (mountpoint: string, options: string, id = 21) =>
  `${id} 20 0:${id} / ${mountpoint} rw - autofs systemd-1 rw,fd=41,pgrp=1,${options}minproto=5,maxproto=5,direct\n`;
const disk = (mountpoint: string, id: number, parent = 21) =>
  `${id} ${parent} 8:${id} / ${mountpoint} rw - ext4 /dev/sdb${id} rw\n`;

test("an automounted filesystem that never expires is read like any other", () => {
  using host = new FakeProc();
  using sampler = samplerOf(host, autofs("/data", "timeout=0,") + disk("/data", 100), ["data"]);
  expect(sampler.at(0)).toEqual({ measured: ["/data"], untold: [] });
  rmdirSync(join(sampler.root, "data"));
  expect(sampler.at(6)).toEqual({ measured: [], untold: [] });
});

test.each(["timeout=300,", ""])("an automounted filesystem (%j) that nobody uses is not told as it was, but named", (options) => {
  using host = new FakeProc();
  using sampler = samplerOf(host, autofs("/data", options) + disk("/data", 100), ["data"]);
  expect(sampler.at(0)).toEqual({ measured: ["/data"], untold: [] });
  expect(sampler.at(29).measured).toEqual(["/data"]);
  expect(sampler.at(30)).toEqual({ measured: [], untold: ["/data"] });
  expect(sampler.at(59)).toEqual({ measured: [], untold: ["/data"] });
  mkdirSync(join(host.roots.proc, "7"), { recursive: true });
  symlinkSync("/data/photos", join(host.roots.proc, "7", "cwd"));
  expect(sampler.at(60)).toEqual({ measured: ["/data"], untold: [] });
});

test("a remote filesystem that autofs has mounted and nobody uses is not told from its old answer", async () => {
  using host = new FakeProc();
  const nfs = "100 21 0:100 / /nas rw - nfs4 server:/nas rw\n";
  using sampler = samplerOf(host, autofs("/nas", "timeout=60,") + nfs, ["nas"]);
  await vi.waitFor(() => expect(sampler.at(0).measured).toEqual(["/nas"]), { timeout: 60_000 });
  expect(sampler.at(30)).toEqual({ measured: [], untold: ["/nas"] });
  mkdirSync(join(host.roots.proc, "7"), { recursive: true });
  symlinkSync("/nas", join(host.roots.proc, "7", "root"));
  // Not from the answer of half a minute before.
  expect(sampler.at(60).measured).toEqual([]);
  await vi.waitFor(() => expect(sampler.at(61)).toEqual({ measured: ["/nas"], untold: [] }), { timeout: 60_000 });
});

test("one walk finds the mounts that programs, folders and open files of processes are on, and no neighbor with a longer name", () => {
  using host = new FakeProc();
  const links = {
    "7/cwd": "/data2/x",
    "7/exe": "/opt/app/bin/app",
    "8/root": "/",
    "8/fd/3": "/nas/a/b (deleted)",
    "8/fd/4": "pipe:[5]",
  };
  for (const [link, target] of Object.entries(links)) {
    mkdirSync(join(host.roots.proc, link, ".."), { recursive: true });
    symlinkSync(target, join(host.roots.proc, link));
  }
  expect([...mountsInUse(host.roots.proc, new Set(["/data", "/opt/app", "/nas", "/home"]))].sort()).toEqual(["/nas", "/opt/app"]);
});
