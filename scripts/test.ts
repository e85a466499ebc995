/**
 * `npm test`: runs the checks, then every runner, one after another; ends with the total `N passed, N failed`. `--full` runs the
 * long tests instead: all of them, or those named by their file in tests/full, and `properties`.
 */
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { ensureChromium } from "../tests/helpers/chromium";

interface Count {
  passed: number;
  failed: number;
}

interface Runner {
  name: string;
  command: readonly [string, ...string[]];
  /** The file that the runner writes its result to, and how to count it. */
  report: string;
  count: (report: unknown) => Count;
  environment?: Record<string, string>;
}

const folder = mkdtempSync(join(tmpdir(), "hostscope-tests-"));

const vitestCount = (report: unknown): Count => {
  const { numPassedTests, numFailedTests, numFailedTestSuites } = report as Record<string, number>;
  return { passed: numPassedTests ?? 0, failed: Math.max(numFailedTests ?? 0, numFailedTestSuites ?? 0) };
};

const playwrightCount = (report: unknown): Count => {
  const { stats } = report as { stats: { expected: number; unexpected: number; flaky: number } };
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky };
};

function vitest(name: string, args: readonly string[] = []): Runner {
  const report = join(folder, `${name.replaceAll("/", "-")}.json`);
  return {
    name,
    command: ["node_modules/.bin/vitest", "run", ...args, "--reporter=dot", "--reporter=json", `--outputFile.json=${report}`],
    report,
    count: vitestCount,
  };
}

const QUICK: readonly Runner[] = [
  vitest("unit"),
  vitest("integration", ["--config", "tests/vitest.integration.config.ts"]),
  {
    name: "browser",
    command: ["node_modules/.bin/playwright", "test"],
    report: join(folder, "browser.json"),
    count: playwrightCount,
  },
];
const FRESH_SEEDS = 20;
const RUNS_A_SEED = 10_000;

/** Runs every property of the unit tests with new seeds. A failure prints its seed: add it to tests/helpers/properties.ts. */
function properties(): Runner {
  const seeds = process.env.HOSTSCOPE_TEST_SEEDS ?? Array.from({ length: FRESH_SEEDS }, () => randomInt(2 ** 31)).join();
  const files = globSync(["src/**/*.test.ts", "tests/*.test.ts"]).filter((path) =>
    /helpers\/(properties|parsers)"/.test(readFileSync(path, "utf8")),
  );
  console.log(`seeds: HOSTSCOPE_TEST_SEEDS=${seeds}, ${RUNS_A_SEED} runs each`);
  return {
    ...vitest("properties", files),
    environment: { HOSTSCOPE_TEST_SEEDS: seeds, HOSTSCOPE_TEST_RUNS: String(RUNS_A_SEED) },
  };
}

/** `tests/full/attack/reads.test.ts` is the part `attack/reads`. */
const partOf = (path: string) =>
  relative("tests/full", path)
    .replaceAll(sep, "/")
    .replace(/\.test\.ts$/, "");

/** One runner per file, so that each can be run by itself. */
function full(wanted: readonly string[]): Runner[] {
  const names = ["properties", ...globSync("tests/full/**/*.test.ts").map(partOf)].sort();
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    console.error(`no part ${unknown}; there are ${names.join(", ")}`);
    process.exit(2);
  }
  return (wanted.length > 0 ? wanted : names).map((name) =>
    name === "properties"
      ? properties()
      : vitest(name, ["--config", "tests/vitest.full.config.ts", `tests/full/${name}.test.ts`]),
  );
}

function run([program, ...args]: readonly [string, ...string[]], environment: Record<string, string> = {}): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...environment } });
    child.on("error", () => resolve(false));
    child.on("close", (code) => resolve(code === 0));
  });
}

/** A runner that exits with an error, or leaves no report, counts as at least one failure. */
async function countOf({ name, command, report, count, environment }: Runner): Promise<Count> {
  console.log(`\n# ${name}`);
  const ok = await run(command, { ...environment, HOSTSCOPE_TEST_REPORT: report });
  try {
    const counted = count(JSON.parse(readFileSync(report, "utf8")));
    return { ...counted, failed: ok ? counted.failed : Math.max(1, counted.failed) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

const isFull = process.argv.includes("--full");
const runners = isFull ? full(process.argv.slice(2).filter((argument) => !argument.startsWith("--"))) : QUICK;
ensureChromium();
const total: Count = { passed: 0, failed: 0 };
if (!isFull) {
  console.log("# check");
  const checked = await run(["node_modules/.bin/tsx", "scripts/check.ts"]);
  total[checked ? "passed" : "failed"] += 1;
  console.log("\n# build");
  const built = await run([process.execPath, "bin/prepare.mjs", "--pages"]);
  total[built ? "passed" : "failed"] += 1;
}
for (const runner of runners) {
  const { passed, failed } = await countOf(runner);
  total.passed += passed;
  total.failed += failed;
}
rmSync(folder, { recursive: true, force: true });
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
