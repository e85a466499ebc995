/** Faults in a calm machine: what explains the stretch names the true cause among its first three. */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { seeded } from "../../scripts/recording";
import { type Explained, FAULTS } from "../causes/faults";
import { Stage } from "../causes/scenarios";
import { ensurePrograms } from "../helpers/debian";
import { getJson, runHostscope, startServer, temporaryFolder } from "../helpers/server";

const ONLY = process.env.HOSTSCOPE_FAULTS_ONLY;
const CALM_S = 130;

test("of the faults all but one are named among the first three, in the answer and by the command", async () => {
  ensurePrograms("ip");
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  await using server = await startServer({
    folder,
    env: {
      HOSTSCOPE_TEST_CLOCK: join(folder, "clock"),
      NODE_OPTIONS: `--import=${resolve("tests/helpers/shifted-clock.mjs")}`,
    },
  });
  const faults = FAULTS.filter(({ name }) => ONLY === undefined || ONLY.split(",").includes(name));
  const missed: string[] = [];
  for (const [index, fault] of faults.entries()) {
    await wait(CALM_S * 1000);
    await using stage = new Stage(join(temporaryFolder(), "stage"), seeded(index), 1000 + index);
    const from = new Date();
    await fault.inject(stage, server);
    const to = new Date();
    const query = `from=${from.toISOString()}&to=${to.toISOString()}`;
    const answer = await getJson<Explained>(`${server.url}/api/explain?${query}`);
    const told = await runHostscope(["explain", "--from", from.toISOString(), "--to", to.toISOString(), "--url", server.url]);
    const isNamed = fault.isNamed(answer) && told.stdout.includes(answer.summary);
    console.log(`${fault.name}: ${isNamed ? "named" : "MISSED"}: ${answer.summary}`);
    if (isNamed) continue;
    missed.push(fault.name);
    const { contributors, metrics, events } = answer;
    console.log(
      JSON.stringify({
        who: contributors.map(({ name, measure }) => `${name} ${measure}`),
        what: metrics.map(({ metric }) => metric),
        events,
      }),
    );
  }
  console.log(`${faults.length - missed.length} of ${faults.length} named`);
  expect(missed.length).toBeLessThanOrEqual(1);
});
