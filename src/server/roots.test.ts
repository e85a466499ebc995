import { expect, test } from "vitest";
import { rootsOf } from "./roots";

test.each([
  [{}, { proc: "/proc", sys: "/sys", host: "" }],
  [{ host: "/host/" }, { proc: "/host/proc", sys: "/host/sys", host: "/host" }],
  [{ host: "/" }, { proc: "/proc", sys: "/sys", host: "", mountsOfInit: true }],
  [
    { host: "/host", proc: "/p", sys: "/s" },
    { proc: "/p", sys: "/s", host: "/host" },
  ],
  [{ proc: "/recorded/proc" }, { proc: "/recorded/proc", sys: "/sys" }],
  [{ sys: "/recorded/sys" }, { proc: "/proc", sys: "/recorded/sys", host: "" }],
])("%j is %j", (given, roots) => {
  expect(rootsOf(given)).toEqual(roots);
});
