/** Every parser of kernel files, and generated input for them. */
import fc from "fast-check";
import { expect } from "vitest";
import type { Reading } from "~/domain/sample";
import { keyedValue, parseBlkio, parseCpuMax, parseIoStat, parseLimit } from "~/server/collectors/cgroup-files";
import { groupName } from "~/server/collectors/cgroup-name";
import { parseStat } from "~/server/collectors/cpu";
import { parseDiskstats } from "~/server/collectors/disk";

import { parseFileNr, parseInterrupts, parseLocks, parseSchedstat, parseSoftirqs } from "~/server/collectors/kernel";
import { parseLoad, parseUptime } from "~/server/collectors/load";
import { parseMeminfo, parseVmstat } from "~/server/collectors/memory";
import { parseMountinfo } from "~/server/collectors/mount-table";
import { parseNetDev } from "~/server/collectors/network";
import { parsePressure } from "~/server/collectors/pressure";
import { parseArguments, parseProcessIo, parseProcessStat, parseProcessStatus } from "~/server/collectors/process-stat";
import { parseProtocolTable, parseSockstat, parseSoftnet } from "~/server/collectors/protocols";
import { forAll } from "./properties";

/** The numeric fields of an object. */
function numbersOf(found: object | null): Reading[] {
  return Object.entries(found ?? {}).flatMap(([metric, value]) => (typeof value === "number" ? [{ metric, value }] : []));
}

/** Drops NaN, which means "no value" for these parsers. */
function present(values: Record<string, number>): Reading[] {
  return numbersOf(values).filter(({ value }) => !Number.isNaN(value));
}

const PARSERS: Readonly<Record<string, (input: Buffer) => readonly Reading[]>> = {
  stat: parseStat,
  loadavg: parseLoad,
  uptime: parseUptime,
  meminfo: parseMeminfo,
  vmstat: parseVmstat,
  diskstats: (input) => parseDiskstats(input, () => true),
  "net/dev": parseNetDev,
  "net/snmp": (input) => parseProtocolTable(input),
  "net/sockstat": parseSockstat,
  "net/softnet_stat": parseSoftnet,
  interrupts: (input) => parseInterrupts(input),
  softirqs: (input) => parseSoftirqs(input),
  schedstat: parseSchedstat,
  "sys/fs/file-nr": parseFileNr,
  locks: parseLocks,
  pressure: (input) => parsePressure("io", input),
  "PID/stat": (input) => numbersOf(parseProcessStat(input)),
  "PID/status": (input) => numbersOf(parseProcessStatus(input)),
  "PID/io": (input) => numbersOf(parseProcessIo(input)),
  "cpu.stat": (input) => present({ used: keyedValue(input, "usage_usec"), throttled: keyedValue(input, "throttled_usec") }),
  "memory.max": (input) => present({ limit: parseLimit(input) }),
  "cpu.max": (input) => present({ limit: parseCpuMax(input) }).filter(({ value }) => value !== Number.POSITIVE_INFINITY),
  "io.stat": (input) => numbersOf(parseIoStat(input)),
  blkio: (input) => numbersOf(parseBlkio(input)),
  "names and mounts": (input) => {
    const text = input.toString("utf8");
    groupName(text);
    parseMountinfo(text);
    parseArguments(input);
    return [];
  },
};

export const PARSER_NAMES = Object.keys(PARSERS);

const WORDS = [
  ..."cpu cpu0 intr MemTotal: MemFree: HugePages_Total: HugePages_Free: pgfault pgmajfault sda eth0: : some full total= -".split(
    " ",
  ),
  ..."42 (a) ) ( S Z Uid: voluntary_ctxt_switches: read_bytes: usage_usec max 8:0 rbytes= wbytes= Read Write 0::/ docker-".split(
    " ",
  ),
  ..."x.service /docker/ 22 27 - ext4 rw ro \\040 Tcp: CurrEstab".split(" "),
  "\n",
  "\n",
  "\n",
  " ",
  "\t",
];

/** Bytes that resemble a kernel file: its words and numbers in any order, with noise in between. */
const kernelLike = fc
  .array(
    fc.oneof(
      fc.constantFrom(...WORDS),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
      fc.integer({ min: -5, max: 5 }).map(String),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 60, size: "max" },
  )
  .map((parts) => Buffer.from(parts.join(" "), "latin1"));

/** Random bytes, possibly none. */
const noise = fc.uint8Array({ maxLength: 200, size: "max" }).map((bytes) => Buffer.from(bytes));

/** For any bytes the parser does not throw, and no value is negative or infinite. */
export function expectSane(name: string, runs: number): void {
  const parse = PARSERS[name];
  if (!parse) throw new Error(`there is no parser ${name}`);
  forAll(
    fc.property(fc.oneof(kernelLike, noise), (input) => {
      for (const { metric, value } of parse(input)) {
        if (!(value >= 0 && Number.isFinite(value))) expect.fail(`${metric} is ${value} for ${input.toString("latin1")}`);
      }
    }),
    runs,
  );
}
