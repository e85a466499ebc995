import { expect, test } from "vitest";
import { withParameters } from "~/components/view/use-view";
import { chosenTab, shownTab } from "./shown-tab";

const past = ["a1-00000001"];

test.each([
  ["nothing is open", "Active", "", "", "Active"],
  ["a link leads to an alert that is over", "Active", "a1-00000001", "", "History"],
  ["an active alert is open", "Active", "a2-00000002", "a2-00000002", "Active"],
  ["an alert ended while it was open", "Active", "a1-00000001", "a1-00000001", "Active"],
  ["a link leads to one that is over after another was open", "Active", "a1-00000001", "a2-00000002", "History"],
  ["another tab is in the address", "Rules", "a1-00000001", "", "Rules"],
])("when %s, the tab is right", (_name, tab, open, wasActive, shown) => {
  expect(shownTab(tab, { past, open, wasActive })).toBe(shown);
});

test("the Active tab can be chosen while an alert that is over is open", () => {
  const after = new URL(withParameters("/alerts?tab=History&alert=a1-00000001", chosenTab("Active")), "http://localhost");
  expect(after.search).toBe("");
  expect(withParameters("/alerts?alert=a1-00000001&zone=utc", chosenTab("Rules"))).toBe("/alerts?zone=utc&tab=Rules");
});
