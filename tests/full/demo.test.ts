/** The demo's story, run through Hostscope anew: what is stored is what it finds today. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { recordStory } from "../../scripts/demo/record";
import { STORY_FILE } from "../../scripts/demo/start";
import { STORY_BEGIN, unpackStory } from "../../scripts/demo/stored-story";
import { STORY_SECONDS } from "../../scripts/demo/story";
import type { Contributor } from "../../src/domain/contributor";
import { openForReading } from "../../src/server/store/file/database";

interface Row {
  timestamp: string;
  alert_type: string;
  severity: string;
  resolved_at: string;
  cause: string;
}

/** When each alert fired and resolved, and whom it named first. */
function alertsIn(path: string) {
  const database = openForReading(path);
  try {
    const rows = database.prepare("SELECT * FROM alerts ORDER BY timestamp, alert_type").all() as Row[];
    return rows.map(({ cause, timestamp, alert_type, severity, resolved_at }) => {
      const [first] = (JSON.parse(cause) as { contributors: Contributor[] }).contributors;
      return { timestamp, alert_type, severity, resolved_at, first: first?.name };
    });
  } finally {
    database.close();
  }
}

test("the stored story has the alerts and causes that are found now; otherwise record it anew", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-story-"));
  try {
    const stored = join(folder, "stored.db");
    // Its last millisecond: the story as it was recorded.
    unpackStory(STORY_FILE, stored, STORY_BEGIN + 1000 * STORY_SECONDS - 1);
    const found = await recordStory(folder, STORY_BEGIN);
    expect(alertsIn(stored)).toEqual(alertsIn(found));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 600_000);
