import fc from "fast-check";
import { expect, test } from "vitest";
import type { ProcessDelta, ProcessRow } from "~/domain/process";
import { processRow } from "../../../../tests/helpers/process-row";
import { forAll } from "../../../../tests/helpers/properties";
import type { ProcessBlock } from "./block-types";
import { BlockReplay, blockOf, decodeBlock, encodeBlock, TickEncoder } from "./process-block";
import { DifferenceEncoder } from "./process-differences";

const known = fc.option(fc.oneof(fc.nat(1000), fc.constantFrom(0, 4096, 0.1, 12.5, 1e12)), { nil: null });
const change = fc.record({
  pid: fc.integer({ min: 1, max: 12 }),
  startedAt: fc.constantFrom(0, 0, 0, 5),
  state: fc.constantFrom("sleeping", "running", "defunct"),
  cpu: fc.option(fc.constantFrom(0, 0.01, 0.5, 2), { nil: null }),
  memoryBytes: fc.nat(50).map((pages) => pages * 4096),
  threads: known,
  readBytesPerSecond: known,
  minorFaultsPerSecond: known,
  shortLivedPerSecond: fc.option(fc.constantFrom(1, 0.5), { nil: null }),
});
const tick = fc.record({
  changed: fc.uniqueArray(change, { selector: ({ pid }) => pid, maxLength: 8 }),
  exited: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 2 }),
  anew: fc.constantFrom(false, false, false, true),
});

const byPid = (rows: Iterable<ProcessRow>) => [...rows].sort((a, b) => a.pid - b.pid);

test("what was told as differences is read as it was, tick by tick", () => {
  forAll(
    fc.property(fc.array(tick, { minLength: 1, maxLength: 12 }), (ticks) => {
      const encoder = new TickEncoder();
      const differences = new DifferenceEncoder();
      const table = new Map<number, ProcessRow>();
      const tables: ProcessRow[][] = [];
      const told = ticks.map(({ changed, exited, anew }, index) => {
        const rows = changed.map(({ pid, ...rest }) => processRow(pid, { virtualBytes: 1024, ...rest }));
        const gone = exited.filter((pid) => !rows.some((row) => row.pid === pid));
        for (const pid of gone) table.delete(pid);
        for (const row of rows) table.set(row.pid, row);
        tables.push(byPid(table.values()));
        if (anew) encoder.restart();
        const delta: ProcessDelta = { at: 1000 * index, changed: rows, exited: gone, staleMs: 0 };
        return differences.encode(encoder.encode(delta, 0, encoder.startsAnew ? table.values() : rows));
      });
      const replay = new BlockReplay();
      const seen: ProcessRow[][] = [];
      const block = decodeBlock(encodeBlock(blockOf({ chain: "a", n: 0 }, told))) as ProcessBlock;
      replay.eachTick(0, block, Number.POSITIVE_INFINITY, () => seen.push(byPid(replay.rows())));
      expect(seen).toEqual(tables);
    }),
    2000,
  );
});
