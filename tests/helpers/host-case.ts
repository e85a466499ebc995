/** A host that somebody reported, as the files of its /proc and /sys at some ticks. See tests/fixtures/hosts/reported. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parse } from "yaml";
import { deriveFrame, type Frame } from "../../src/domain/derive";
import type { ProcessRow } from "../../src/domain/process";
import { seriesKey } from "../../src/domain/sample";
import { COLLECTORS } from "../../src/server/collectors/registry";
import { Sampler, type SamplerResult } from "../../src/server/collectors/run";

const FOLDER = "tests/fixtures/hosts/reported";

/** Contents by path, such as `proc/stat`. A path that ends with a slash is a folder; null is a file of the base that this host lacks. */
type Tree = Record<string, string | Buffer | null>;

export interface HostCase {
  right: string;
  source: string;
  /** Between two ticks; a second unless said otherwise. */
  gapMs?: number;
  expect: {
    /** Derived series of the last tick; null: it has no value. */
    series: Record<string, number | null>;
    /** Expressions that fit no derived series with a value. */
    absent?: string[];
    /** Groups of processes, by pid. */
    groups?: Record<string, string | null>;
  };
  /** The first is a whole host, over the base; the later ones hold what changed. */
  ticks: Tree[];
}

const read = (name: string) => parse(readFileSync(join(FOLDER, `${name}.yaml`), "utf8"));

export function caseNames(): string[] {
  return readdirSync(FOLDER)
    .map((name) => basename(name, ".yaml"))
    .filter((name) => name !== "base");
}

export function readCase(name: string): HostCase {
  const one = read(name) as HostCase;
  const [base] = (read("base") as { ticks: Tree[] }).ticks;
  return { ...one, ticks: one.ticks.map((tree, index) => (index === 0 ? { ...base, ...tree } : tree)) };
}

/** Files that are there already are written in place, as the kernel's are: a descriptor that was opened before sees the change. */
export function writeTree(folder: string, tree: Tree): void {
  for (const [path, content] of Object.entries(tree)) {
    if (content === null) continue;
    const target = join(folder, path);
    mkdirSync(path.endsWith("/") ? target : dirname(target), { recursive: true });
    if (!path.endsWith("/")) writeFileSync(target, content);
  }
}

export interface Seen {
  frame: Frame;
  results: SamplerResult[];
  processes: Map<number, ProcessRow>;
}

/** What the collectors make of a host. */
export function sampleCase({ ticks, gapMs = 1000 }: Pick<HostCase, "ticks" | "gapMs">, start = 1_700_100_000_000): Seen {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-case-"));
  try {
    writeTree(folder, ticks[0] as Tree);
    const sampler = new Sampler({ proc: join(folder, "proc"), sys: join(folder, "sys") }, COLLECTORS, 4);
    const results: SamplerResult[] = [];
    const processes = new Map<number, ProcessRow>();
    let frame: Frame | undefined;
    for (const [index, tree] of ticks.entries()) {
      if (index > 0) writeTree(folder, tree);
      const result = sampler.collect(start + index * gapMs);
      // The monotonic time between two ticks is the machine's that runs the test: here it is the host's.
      const interval = result.sample.series.findIndex(({ metric }) => metric === "hostscope.sample.interval");
      if (index > 0) result.sample.values[interval] = gapMs / 1000;
      frame = deriveFrame(results.at(-1)?.sample, result.sample);
      results.push(result);
      for (const row of result.processes.changed) processes.set(row.pid, row);
    }
    sampler.close();
    return { frame: frame as Frame, results, processes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function valuesOf({ series, values }: Frame): Map<string, number> {
  return new Map(series.map((one, slot) => [seriesKey(one), values[slot] as number]));
}
