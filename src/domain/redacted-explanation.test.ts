import { expect, test } from "vitest";
import type { Explanation } from "./explanation";
import { redactedExplanation } from "./redacted-explanation";

const login = (text: string) => ({ id: null, at: 1, kind: "login" as const, text });

test("nothing says from where a user logged in, and everything else stays", () => {
  const explanation: Explanation = {
    from: 0,
    to: 2,
    baseline: { from: -2, to: 0 },
    summary: "CPU rose from 12% to 97%; just before that ann logged in on pts/0 from 192.0.2.7.",
    parts: [
      { text: "CPU rose from 12% to 97%", evidence: { kind: "metric", index: 0 } },
      { text: "just before that ann logged in on pts/0 from 192.0.2.7", evidence: { kind: "event", index: 0 } },
    ],
    contributors: [],
    coverage: null,
    refusal: null,
    metrics: [],
    events: [
      login("ann logged in on pts/0 from 192.0.2.7"),
      login("bob logged in on pts/1 from 2001:db8::7"),
      login("root logged in on tty1"),
      { id: "m1", at: 1, kind: "note", text: "moved the site from lease" },
    ],
  };
  const told = redactedExplanation(explanation);
  expect(JSON.stringify(told)).not.toMatch(/192\.0\.2\.7|2001:db8/);
  expect(told.summary).toBe("CPU rose from 12% to 97%; just before that ann logged in on pts/0 from an address.");
  expect(told.parts[1]?.text).toBe("just before that ann logged in on pts/0 from an address");
  expect(told.events.map(({ text }) => text)).toEqual([
    "ann logged in on pts/0 from an address",
    "bob logged in on pts/1 from an address",
    "root logged in on tty1",
    "moved the site from lease",
  ]);
});
