/** `npx tsx scripts/record-demo.ts`: writes demo/story.br, the past that `npm run demo` shows. Takes a minute or two. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { recordStory, storyRecords } from "./demo/record";
import { STORY_FILE } from "./demo/start";
import { packStory, STORY_BEGIN } from "./demo/stored-story";

const folder = mkdtempSync(join(tmpdir(), "hostscope-story-"));
try {
  const path = await recordStory(folder, STORY_BEGIN);
  const packed = packStory(storyRecords(path, STORY_BEGIN));
  mkdirSync(dirname(STORY_FILE), { recursive: true });
  writeFileSync(STORY_FILE, packed);
  console.log(`${STORY_FILE} is written, ${(packed.length / 2 ** 20).toFixed(2)} MiB`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
