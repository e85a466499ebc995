import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { buildHistory } from "../../helpers/long-history";
import { fuzzReads } from "../../helpers/read-fuzz";
import { temporaryFolder } from "../../helpers/server";

test("20,000 reads with extreme ranges, steps, limits and patterns on 90 days: none above 2 s, the event loop stays free, and rest afterwards", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "data"), { mode: 0o700 });
  await buildHistory(join(folder, "data"), Date.now(), 90);
  await fuzzReads(folder, 90 * 86_400_000);
});
