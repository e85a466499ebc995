import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { FakeProc } from "../../../tests/helpers/fake-proc";
import { runAtOnce } from "../slices";
import { parseWaiting, readGroupPressure } from "./group-pressure";

const ID = "3f2a91c07d44e1b5f2a91c07d44e1b5f2a91c07d44e1b5f2a91c07d44e1b5f2a";
const pressureFile = (avg60: string) =>
  `some avg10=1.00 avg60=${avg60} avg300=0.10 total=5\nfull avg10=0.00 avg60=99.00 avg300=0.00 total=0\n`;

function write(host: FakeProc, path: string, text: string): void {
  const full = join(host.roots.sys, "fs/cgroup", path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
}

test("groups that wait, the one that waits longest first, called as their processes call them", () => {
  using host = new FakeProc();
  write(host, "cgroup.controllers", "cpu io memory pids\n");
  write(host, "system.slice/nginx.service/io.pressure", pressureFile("12.50"));
  write(host, `system.slice/docker-${ID}.scope/io.pressure`, pressureFile("40.00"));
  write(host, "system.slice/idle.service/io.pressure", pressureFile("0.00"));
  // A kernel booted with psi=0 has no such file.
  write(host, "system.slice/other.service/cpu.stat", "usage_usec 1\n");
  expect(runAtOnce(readGroupPressure(host.roots, "io"))).toEqual([
    { group: "docker 3f2a91c07d44", resource: "io", waiting: 0.4 },
    { group: "nginx.service", resource: "io", waiting: 0.125 },
  ]);
  expect(runAtOnce(readGroupPressure(host.roots, "cpu"))).toEqual([]);
});

test("version 1 has none", () => {
  using host = new FakeProc();
  write(host, `memory/docker/${ID}/memory.usage_in_bytes`, "1\n");
  expect(runAtOnce(readGroupPressure(host.roots, "memory"))).toEqual([]);
  expect(parseWaiting("")).toBeNull();
});
