import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { MountAnswers } from "./mount-answers";

const folder = mkdtempSync(join(tmpdir(), "hostscope-answers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a thousand mounts with long names are asked in parts: what one user mounts hides no disk", async () => {
  const paths = Array.from({ length: 1000 }, (_, index) => join(folder, `${index}-${"x".repeat(200)}`));
  for (const path of paths) mkdirSync(path);
  const answers = new MountAnswers();
  let now = 0;
  await vi.waitFor(
    () => {
      answers.ask(
        paths.filter((path) => answers.answerOf(path) === undefined),
        now,
      );
      now += 1;
      expect(paths.every((path) => (answers.answerOf(path)?.space?.blocks ?? 0) > 0)).toBe(true);
    },
    { timeout: 60_000, interval: 10 },
  );
});

test("a mount that refuses has no space, and the others have theirs", async () => {
  const answers = new MountAnswers();
  const gone = join(folder, "gone");
  answers.ask([gone, folder], 5);
  await vi.waitFor(() => expect(answers.answerOf(gone)).toEqual({ space: undefined, at: 5 }), { timeout: 60_000 });
  expect(answers.answerOf(folder)?.space?.blocks).toBeGreaterThan(0);
});
