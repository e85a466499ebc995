import { expect, test } from "vitest";
import { newestOf } from "./newest";

test("a legend shows what the stream says, else the last point that there is", () => {
  const newest = (label: string) => (label === "user" ? 0.5 : null);
  expect(newestOf("user", [0.1, 0.2], newest)).toBe(0.5);
  expect(newestOf("system", [0.1, 0.2, null], newest)).toBe(0.2);
  expect(newestOf("user", [0.1, 0.2], undefined)).toBe(0.2);
  expect(newestOf("user", [null], undefined)).toBeUndefined();
});
