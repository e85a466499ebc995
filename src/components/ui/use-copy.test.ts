import { expect, test } from "vitest";
import { isCopied } from "./use-copy";

const working = { writeText: () => Promise.resolve() };
const refusing = { writeText: () => Promise.reject(new Error("NotAllowedError")) };

test.each([
  ["has a clipboard", working, false, true],
  ["is served over plain http and has no clipboard", undefined, true, true],
  ["may not use the clipboard", refusing, true, true],
  ["may not copy at all", undefined, false, false],
])("a page that %s copies where it can, and knows whether it did", async (_name, clipboard, fromField, copied) => {
  expect(await isCopied("42", { clipboard, fromField: () => fromField })).toBe(copied);
});
