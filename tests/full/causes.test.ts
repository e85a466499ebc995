/** Known troublemakers and who is named, beside what the kernel's own counters of their control groups say. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, release } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { seeded } from "../../scripts/recording";
import type { CausesResult } from "../causes/result";
import { SCENARIOS, type Scenario, Stage, type Told } from "../causes/scenarios";
import { busySeconds, diskBytesWritten, type Group, usedMemory, writtenBytes } from "../causes/truth";
import { ensurePrograms } from "../helpers/debian";
import { getJson, type StartedServer, startServer, temporaryFolder } from "../helpers/server";

const RUNS = Number(process.env.HOSTSCOPE_CAUSE_RUNS ?? 120);
const ONLY = process.env.HOSTSCOPE_CAUSE_ONLY;
const SEED = 20_261_129;
const SECONDS = 10;
/** Points. */
const APART = 0.05;
const REQUIRED = 0.95;
const RESULT = "tests/causes/result.json";

interface Counters {
  own: number[];
  whole: number;
}

function countersOf({ measure }: Scenario, groups: readonly Group[]): Counters {
  switch (measure) {
    case "cpu":
      return { own: groups.map((group) => group.cpuSeconds()), whole: busySeconds() };
    case "memory":
      return { own: groups.map((group) => group.memoryBytes()), whole: usedMemory() };
    case "writes":
      return { own: groups.map((group) => Math.max(0, ...group.pids().map(writtenBytes))), whole: diskBytesWritten() };
  }
}

interface Scored {
  scenario: Scenario;
  isNamed: boolean;
  innocentFirst: boolean;
  /** How far the share of the first culprit is from the truth; null where there is none to compare. */
  apart: number | null;
  coverageApart: number | null;
}

async function score(server: StartedServer, scenario: Scenario, run: number): Promise<Scored> {
  await wait(2500);
  await using stage = new Stage(join(temporaryFolder(), "stage"), seeded(SEED + run), run);
  const { groups, innocents } = scenario.start(stage);
  await wait(1000 * (scenario.settle ?? 3));
  // The answer is that of whole seconds.
  await wait(1000 - (Date.now() % 1000) + 100);
  const before = countersOf(scenario, groups);
  await wait(SECONDS * 1000);
  const after = countersOf(scenario, groups);
  const at = Math.floor(Date.now() / 1000) * 1000;
  await wait(400);
  const labels = scenario.metric.startsWith("system.filesystem")
    ? `system.filesystem.mountpoint=${join(stage.folder, "full")}`
    : (scenario.labels ?? "");
  const query = new URLSearchParams({
    metric: scenario.metric,
    labels,
    seconds: String(SECONDS),
    at: new Date(at).toISOString(),
  });
  const { cause, ...rest } = await getJson<Omit<Told, "contributors"> & { cause: Told["contributors"] }>(
    `${server.url}/api/cause?${query}`,
  );
  // What other guests of this host take is no part of a scenario.
  const told: Told = { contributors: cause.filter(({ kind }) => kind !== "hypervisor"), ...rest };
  const whole = after.whole - before.whole;
  const truths = after.own.map((value, index) => Math.min(1, (value - (before.own[index] ?? 0)) / whole));
  const [truth = Number.NaN] = truths;
  const isNamed = scenario.isRight(told);
  const isComparable = isNamed && !scenario.isRefused && scenario.name !== "full mount" && Number.isFinite(truth);
  const culprits = scenario.name === "two hogs" ? told.contributors.slice(0, 2) : told.contributors.slice(0, 1);
  const share = culprits.reduce((sum, one) => sum + one.share, 0);
  const real = truths.reduce((sum, one) => sum + one, 0);
  const others = cause.filter((one) => !culprits.includes(one)).reduce((sum, one) => sum + one.share, 0);
  const innocentPids = new Set(innocents.flatMap((group) => group.pids()));
  const line = `run ${run} ${scenario.name}: ${isNamed ? "right" : "WRONG"}, share ${share.toFixed(3)} of ${real.toFixed(3)}`;
  console.log(isNamed ? line : `${line} ${JSON.stringify(told.contributors.slice(0, 4))} ${told.refusal}`);
  return {
    scenario,
    isNamed,
    innocentFirst: told.refusal === null && innocentPids.has(told.contributors[0]?.pid ?? -1),
    apart: isComparable ? Math.abs(share - real) : null,
    coverageApart: isComparable && told.coverage !== null ? Math.abs(told.coverage - Math.min(1, real + others)) : null,
  };
}

const within = (values: readonly (number | null)[]) => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? 1 : known.filter((value) => value <= APART).length / known.length;
};

function resultOf(scores: readonly Scored[]): CausesResult {
  return {
    measuredAt: new Date().toISOString().slice(0, 10),
    machine: `Linux ${release()}, ${cpus().length} CPUs`,
    rows: SCENARIOS.map((scenario) => {
      const own = scores.filter((one) => one.scenario === scenario);
      return {
        scenario: scenario.name,
        what: scenario.what,
        runs: own.length,
        named: own.filter(({ isNamed }) => isNamed).length,
        share: within(own.map(({ apart }) => apart)),
        coverage: within(own.map(({ coverageApart }) => coverageApart)),
        worst: Math.max(0, ...own.map(({ apart }) => apart ?? 0)),
      };
    }),
  };
}

test(`in ${RUNS} runs the cause is who it was, with the share that the kernel counted`, async () => {
  ensurePrograms("make");
  await using server = await startServer();
  await wait(15_000);
  const scenarios = SCENARIOS.filter(({ name }) => ONLY === undefined || ONLY.split(",").includes(name));
  console.log(`seed ${SEED}, ${scenarios.length} scenarios, kernel ${spawnSync("uname", ["-r"]).stdout}`);
  const scores: Scored[] = [];
  for (let run = 0; run < RUNS; run++) {
    try {
      scores.push(await score(server, scenarios[run % scenarios.length] as Scenario, run));
    } catch (error) {
      throw new Error(`run ${run}: ${String(error)}\n${server.stderr()}`, { cause: error });
    }
  }
  if (ONLY === undefined && RUNS >= SCENARIOS.length) writeFileSync(RESULT, `${JSON.stringify(resultOf(scores), null, 2)}\n`);
  const named = scores.filter(({ isNamed }) => isNamed).length / scores.length;
  const shares = within(scores.map(({ apart }) => apart));
  const coverage = within(scores.map(({ coverageApart }) => coverageApart));
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  console.log(
    `named right ${percent(named)}; share within 5 points ${percent(shares)}; coverage within 5 points ${percent(coverage)}`,
  );
  expect(scores.filter(({ innocentFirst }) => innocentFirst)).toEqual([]);
  expect(scores.filter(({ scenario, isNamed }) => scenario.isRefused && !isNamed)).toEqual([]);
  expect([named, shares, coverage].every((value) => value >= REQUIRED)).toBe(true);
});
