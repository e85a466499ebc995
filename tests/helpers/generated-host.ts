/** Hosts whose files are missing, empty, cut off, unreadable or have foreign fields, in every combination. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";
import { deriveFrame } from "../../src/domain/derive";
import { type Sample, seriesKey } from "../../src/domain/sample";
import { COLLECTORS } from "../../src/server/collectors/registry";
import { Sampler } from "../../src/server/collectors/run";
import { caseNames, readCase } from "./host-case";

const FOREIGN = [
  "-1",
  "18446744073709551615",
  "4294967295",
  "nan",
  "inf",
  "0",
  "1e400",
  "\ufffd\u0000",
  "99999999999999999999",
  "-0",
];

/** What becomes of a file; the numbers choose where. */
const change = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: "same" } as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { kind: "missing" } as const,
      { kind: "empty" } as const,
      { kind: "folder" } as const,
      { kind: "loop" } as const,
    ),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cut" as const), at: fc.nat(9999) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("field" as const), at: fc.nat(9999), text: fc.constantFrom(...FOREIGN) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("line" as const), text: fc.string({ maxLength: 60 }) }) },
);
type Change = typeof change extends fc.Arbitrary<infer Made> ? Made : never;

const names = caseNames();

/** A reported host, and what becomes of each of its files at each of three ticks: as many changes as it has files. */
export const generatedHost = fc.record({
  name: fc.constantFrom(...names),
  changes: fc.array(fc.array(change, { minLength: 30, maxLength: 60 }), { minLength: 3, maxLength: 3 }),
});

function changed(content: string, one: Change): string {
  if (one.kind === "empty") return "";
  if (one.kind === "cut") return content.slice(0, Math.floor((content.length * one.at) / 10_000));
  if (one.kind === "line") return `${content}${one.text}\n`;
  if (one.kind !== "field") return content;
  const fields = [...content.matchAll(/\d+/g)];
  const field = fields[Math.floor((fields.length * one.at) / 10_000)];
  if (!field) return content;
  return content.slice(0, field.index) + one.text + content.slice(field.index + field[0].length);
}

function put(path: string, content: string, one: Change): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  if (one.kind === "missing") return;
  if (one.kind === "folder") mkdirSync(path);
  else if (one.kind === "loop") symlinkSync(path, path);
  else writeFileSync(path, changed(content, one));
}

/** Metrics that may be below zero. */
const SIGNED = /^hw\.temperature$/;
const SHARE = /(utilization|\.charge$)/;

/** Samples three ticks; throws when a collector throws, or tells what cannot be. */
export function expectSaneHost({ name, changes }: { name: string; changes: readonly (readonly Change[])[] }): void {
  const { ticks } = readCase(name);
  const folder = mkdtempSync(join(tmpdir(), "hostscope-tree-"));
  const sampler = new Sampler({ proc: join(folder, "proc"), sys: join(folder, "sys") }, COLLECTORS, 4);
  try {
    let before: Sample | undefined;
    for (const [tick, wanted] of changes.entries()) {
      const tree = Object.entries(ticks[Math.min(tick, ticks.length - 1)] ?? {});
      tree.forEach(([path, content], index) => {
        if (content === null || path.endsWith("/")) return;
        put(join(folder, path), content.toString(), wanted[index % wanted.length] ?? { kind: "same" });
      });
      const { sample, changes: failures } = sampler.collect(1_790_000_000_000 + 1000 * tick);
      expect(failures).toEqual([]);
      // The test's ticks follow each other at once: a rate over them would be of the machine that runs it.
      const interval = sample.series.findIndex(({ metric }) => metric === "hostscope.sample.interval");
      sample.values[interval] = before ? 1 : Number.NaN;
      const { series, values } = deriveFrame(before, sample);
      before = sample;
      for (const [index, one] of series.entries()) {
        const value = values[index] as number;
        if (Number.isNaN(value)) continue;
        const what = `${seriesKey(one)} is ${value} at tick ${tick}`;
        expect(Number.isFinite(value), what).toBe(true);
        if (!SIGNED.test(one.metric)) expect(value >= 0, what).toBe(true);
        if (SHARE.test(one.metric) && one.unit === "1") expect(value <= 1 + 1e-6, what).toBe(true);
      }
    }
  } finally {
    sampler.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
