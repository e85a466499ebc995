import { expect, test } from "vitest";
import { firing } from "../../../tests/helpers/alert";
import { headlineOf } from "./alerts";

test.each([
  [
    "the kernel killed node (pid 4711, 2.1 GiB): the machine was out of memory",
    "Out of memory: the kernel killed node (pid 4711, 2.1 GiB)",
  ],
  [
    "the kernel killed node (pid 4711, 2.1 GiB, in shop): its group's memory limit was reached",
    "Out of memory: the kernel killed node (pid 4711, 2.1 GiB, in shop): its group's memory limit was reached",
  ],
])("%s: the alert says once why", (victim, message) => {
  const headline = headlineOf({ nameOf: () => undefined, oomVictim: () => victim }, () => null);
  expect(headline(firing({ rule: "out of memory", metric: "system.linux.oom_kill.count", labels: {}, unit: "{process}" }))).toBe(
    message,
  );
});
