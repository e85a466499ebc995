/** No argument costs more than its length: any program may start with eight thousand characters of it, ten times a second. */
import { expect, test } from "vitest";
import { Redactor } from "../../../src/domain/redact";

const redactor = new Redactor();

const HOSTILE: string[][] = [
  [`${"a".repeat(8000)}://`],
  [`${"a-".repeat(4000)}=:`],
  ["echo a | ".repeat(900)],
  [`a:${"//b:".repeat(2000)}`],
  ["://a".repeat(2000)],
  ["eyJ-".repeat(2000)],
  ["password ".repeat(900)],
  ["authorization:".repeat(600)],
  ["\"'".repeat(4000)],
  [" ".repeat(8000)],
  ["1".repeat(8000)],
  ["a;".repeat(4000)],
  ["$(".repeat(4000)],
  ["-----BEGIN ".repeat(700)],
  ["hooks.slack.com/services/".repeat(320)],
  ["a:".repeat(4000)],
  [`${"a:".repeat(4000)} x`],
  ["password:".repeat(900)],
];

test.each(HOSTILE.map(([text = ""]) => [text.slice(0, 25), text]))(
  "the time that an argument takes grows with its length: %s",
  (_name, part) => {
    // Ten times as long may take ten times as long, and some more; a square would be a hundred times. The least of several runs.
    const least = (text: string) => {
      let best = Number.POSITIVE_INFINITY;
      for (let run = 0; run < 7; run++) {
        const before = process.cpuUsage();
        for (let again = 0; again < 3; again++) redactor.arguments(["x", text]);
        const { user, system } = process.cpuUsage(before);
        best = Math.min(best, user + system);
      }
      return best;
    };
    const short = part.slice(0, Math.ceil(part.length / 10));
    expect(least(part)).toBeLessThan(40 * least(short) + 30_000);
  },
);

// An argument each, as a program starts with them.
test.each([
  [["az", "x"]],
  [["htpasswd", "x"]],
  [["docker", "login"]],
  [["echo", "|", "sudo"]],
  [["sqlplus", "a/b"]],
  [["--password", "x"]],
])("the time that arguments take grows with their number: %j", (words) => {
  const argvOf = (count: number) => words.flatMap((word) => Array.from({ length: count }, () => word));
  const least = (count: number) => {
    let best = Number.POSITIVE_INFINITY;
    const argv = argvOf(count);
    for (let run = 0; run < 7; run++) {
      const before = process.cpuUsage();
      redactor.arguments(argv);
      const { user, system } = process.cpuUsage(before);
      best = Math.min(best, user + system);
    }
    return best;
  };
  expect(least(2000)).toBeLessThan(40 * least(200) + 30_000);
});
