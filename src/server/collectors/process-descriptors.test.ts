import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { FakeProc } from "../../../tests/helpers/fake-proc";
import { keptOf, ProcessDescriptors } from "./process-descriptors";
import { closeKernelFiles } from "./procfs";

const LIMITS = "Limit                     Soft Limit           Hard Limit           Units     \n";

test.each([
  ["1024                 524288               files     ", 512],
  ["1048576              1048576              files     ", 12_288],
  ["unlimited            unlimited            files     ", 12_288],
])("half of the open files that a process may have are left to others: %s", (line, kept) => {
  expect(keptOf(`${LIMITS}Max processes  95975 95975 processes\nMax open files            ${line}\n`)).toBe(kept);
});

test("beyond the limit files are read all the same, and closed again", () => {
  using host = new FakeProc();
  const descriptors = new ProcessDescriptors(20);
  const open = () => readdirSync("/proc/self/fd").length;
  const before = open();
  for (let pid = 1; pid <= 100; pid++) {
    host.process(pid);
    const tracked = { stat: { path: `${host.roots.proc}/${pid}/stat` }, line: Buffer.alloc(0), lineLength: 0 };
    expect(descriptors.readStat(tracked)).toMatchObject({ name: "sleeper" });
  }
  expect(open() - before).toBeLessThanOrEqual(20);
  closeKernelFiles();
});
