import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CHECKLIST } from "./e2e/checklist";

const sources = ["tests/e2e", "src/components"].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(spec|test)\.ts$/.test(name))
    .map((name) => readFileSync(join(folder, name), "utf8")),
);

test.each(Object.entries(CHECKLIST))("%s is shown by tests that exist", (_id, titles) => {
  for (const title of titles) {
    const named = sources.some((source) => source.includes(`("${title}`) || source.includes(`(\`${title}`));
    expect(named, title).toBe(true);
  }
});
