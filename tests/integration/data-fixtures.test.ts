/** Opens data folders of earlier versions: the same answers from the original files and from their backup. */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { ask, FIXTURE_HOST, FIXTURE_PASSWORD, FIXTURES, recordedAnswers, unpackFixture } from "../helpers/data-fixture";
import { logIn, send } from "../helpers/login";
import { folderEnvironment, runHostscope, type StartedServer, startServer } from "../helpers/server";

const folders: string[] = [];

function unpack(fixture: string) {
  const unpacked = unpackFixture(fixture);
  folders.push(unpacked.folder);
  return unpacked;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/**
 * Without what earlier versions said of time without readings: series of nothing but nulls, and a previous total of a range that was
 * not measured.
 */
function withReadings(body: object): object {
  if ("previousTotal" in body) return { ...body, previousTotal: null };
  if (!("series" in body) || !Array.isArray(body.series)) return body;
  const series = body.series as { values?: unknown[] }[];
  return { ...body, series: series.filter(({ values }) => values === undefined || values.some((value) => value !== null)) };
}

/** The order in which a mean is summed is no part of an answer. */
const toTwelveDigits = (body: unknown): object =>
  JSON.parse(JSON.stringify(body), (_key, value) =>
    typeof value === "number" ? Number(value.toPrecision(12)) : value,
  ) as object;

/** A newer version may return additional fields, but none may be missing or different. */
async function expectSameAnswers(server: StartedServer, fixture: string): Promise<void> {
  const { answers } = recordedAnswers(fixture);
  const now = await ask(
    server.url,
    answers.map(({ path }) => path),
  );
  for (const [index, { path, body }] of answers.entries()) {
    if (typeof body === "string") expect(now[index]?.body, path).toBe(body);
    else expect(toTwelveDigits(now[index]?.body), path).toMatchObject(toTwelveDigits(withReadings(body as object)));
  }
}

test.each(FIXTURES)(
  "%s, left behind by a kill, gives the answers that it gave, and its user and token still get in",
  async (fixture) => {
    const { folder, config } = unpack(fixture);
    await using server = await startServer({ folder, config, env: FIXTURE_HOST });
    await expectSameAnswers(server, fixture);
    expect((await logIn(server.port, "ann", FIXTURE_PASSWORD)).status).toBe(200);
    expect((await logIn(server.port, "ann", `${FIXTURE_PASSWORD}.`)).status).toBe(401);
    // A forwarded request does not count as local, so the token decides.
    const headers = { authorization: `Bearer ${recordedAnswers(fixture).token}`, "x-forwarded-for": "192.0.2.1" };
    expect(JSON.parse((await send(server.port, "/api/access/me", { headers })).body)).toMatchObject({ role: "viewer" });
  },
);

test.each(FIXTURES)("the backup in %s is put back and gives the same answers", async (fixture) => {
  const { folder, config, backup } = unpack(fixture);
  const restored = await runHostscope(["restore", backup], folderEnvironment(folder));
  expect([restored.code, restored.stderr]).toEqual([0, expect.any(String)]);
  await using server = await startServer({ folder, config, env: FIXTURE_HOST });
  await expectSameAnswers(server, fixture);
});

const contents = (folder: string) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name)).toString("base64")]);

test("a fixture is of a version whose schema has changed since", async () => {
  const checked = await runHostscope(["upgrade-check", join(unpack("tests/fixtures/data-0.1.0").folder, "data")]);
  expect(checked.stdout).toMatch(/apply \w+/);
});

test.each(FIXTURES)("of %s, upgrade-check says what the next start does, and touches nothing", async (fixture) => {
  const { folder, config } = unpack(fixture);
  const data = join(folder, "data");
  const before = contents(data);
  const checked = await runHostscope(["upgrade-check", data], folderEnvironment(folder));
  expect([checked.code, checked.stderr]).toEqual([0, ""]);
  expect(contents(data)).toEqual(before);
  const foretold = /apply ([\w, ]+):/.exec(checked.stdout)?.[1]?.split(", ") ?? [];
  // The newest fixture may have the schema of today.
  if (foretold.length === 0) expect(checked.stdout).toContain("needs no change");
  await using server = await startServer({ folder, config, env: FIXTURE_HOST });
  expect(existsSync(join(server.folder, "data", "hostscope.db.backup"))).toBe(foretold.length > 0);
  const again = await runHostscope(["upgrade-check", data], folderEnvironment(folder));
  expect(again.stdout).toContain("needs no change");
});
