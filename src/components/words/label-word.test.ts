import { expect, test } from "vitest";
import { de } from "./de";
import { labelWord } from "./label-word";

test.each([
  ["system.paging.operations", "in", "eingelagert"],
  ["system.paging.block.io", "in", "gelesen"],
  ["system.network.udp.errors", "in", "fehlerhaft"],
  ["system.disk.io", "read", "Lesen"],
  ["shop.orders", "vip", "vip"],
])("of %s, %s is called %s in German", (metric, value, word) => {
  expect(labelWord(de.charts.values, metric)(value)).toBe(word);
});
