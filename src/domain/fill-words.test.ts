import { expect, test } from "vitest";
import { fillWords } from "./fill-words";

test.each([
  [20, "full in ~1 min"],
  [59 * 60, "full in ~59 min"],
  [8.6 * 3600, "full in ~9 h"],
  [50 * 3600, "full in ~2 days"],
])("%d seconds are %s", (seconds, words) => {
  expect(fillWords(seconds)).toBe(words);
});
