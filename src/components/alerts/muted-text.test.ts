import { expect, test } from "vitest";
import { en } from "~/components/words/en";
import { mutedText } from "./muted-text";

test.each([
  ["silence moving data", "Silenced: moving data"],
  ["alert cpu busy", "Muted by “cpu busy”"],
])("%s", (mutedBy, text) => {
  expect(mutedText(mutedBy, en.alerts.row)).toBe(text);
});
