import { expect, test } from "vitest";
import { charts } from "~/components/words/en/charts";
import { eventText } from "./event-text";

test.each([
  ["boot", "Boot", "Boot"],
  ["boot", "the machine booted", "Boot"],
  ["configuration", "Config change", "Config change"],
  ["note", "deployed 1.4", "deployed 1.4"],
  ["start", "Hostscope 0.2.0 started", "Hostscope 0.2.0 started"],
  ["kernel", "disk error on vda", "Kernel: disk error on vda"],
  ["critical", "CPU at 91%", "CPU at 91%"],
] as const)("%s: %s reads %s", (kind, text, shown) => {
  expect(eventText({ kind, text }, charts)).toBe(shown);
});
