import { expect, test } from "vitest";
import { parseSmapsRollup, readMemoryMaps } from "./memory-maps";

const HEAD = "55d4c3000-7fff3e000 ---p 00000000 00:00 0  [rollup]\nRss:  4000 kB\nPss:  1500 kB\n";
const TAIL = "Shared_Clean:  1000 kB\nShared_Dirty:  2000 kB\nPrivate_Clean:  40 kB\nPrivate_Dirty:  300 kB\nSwapPss:  8 kB\n";
const parsed = (text: string) => parseSmapsRollup(Buffer.from(text));

test("anonymous memory, with shared pages divided and without them", () => {
  expect(parsed(`${HEAD}Pss_Anon:  1100 kB\nPss_File:  400 kB\n${TAIL}`)).toEqual({
    pssBytes: 1500 * 1024,
    swapBytes: 8 * 1024,
    proportionalBytes: 1100 * 1024,
    unsharedBytes: 300 * 1024,
  });
});

test("an older kernel tells what is not shared, and a kernel thread nothing", () => {
  expect(parsed(HEAD + TAIL)).toMatchObject({ proportionalBytes: 300 * 1024, unsharedBytes: 300 * 1024 });
  expect(parsed("")).toBeNull();
});

test("of a running process", async () => {
  const own = await readMemoryMaps({ proc: "/proc", sys: "/sys" }, process.pid);
  expect(own?.proportionalBytes).toBeGreaterThan(2 ** 20);
  expect(own?.unsharedBytes).toBeLessThanOrEqual(process.memoryUsage.rss());
});
