/** `npm run bench [name]`: runs all benchmarks, or one, each in a process of its own. */
import { spawnSync } from "node:child_process";

const BENCHES = ["overhead", "profile", "storage", "query", "alerts", "response", "web", "hour", "remote-write", "scale"];

const [wanted] = process.argv.slice(2);
const chosen = wanted === undefined ? BENCHES : BENCHES.filter((name) => name === wanted);
if (chosen.length === 0) {
  console.error(`no bench ${wanted}; there are ${BENCHES.join(", ")}`);
  process.exit(2);
}
const failed = chosen.filter(
  (name) => spawnSync("node_modules/.bin/tsx", [`bench/${name}.ts`], { stdio: "inherit" }).status !== 0,
);
if (failed.length > 0) {
  console.error(`failed: ${failed.join(", ")}`);
  process.exit(1);
}
