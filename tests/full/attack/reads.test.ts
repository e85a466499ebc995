import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { buildDay } from "../../../bench/day";
import { fuzzReads } from "../../helpers/read-fuzz";
import { temporaryFolder } from "../../helpers/server";

const DAY_S = 86_400;

test("20,000 reads with extreme ranges, steps, limits and patterns on a day of seconds: none above 2 s, the event loop stays free, and rest afterwards", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "data"), { mode: 0o700 });
  await buildDay(join(folder, "data"), Math.floor(Date.now() / 1000) * 1000 - DAY_S * 1000, DAY_S);
  await fuzzReads(folder, DAY_S * 1000);
});
