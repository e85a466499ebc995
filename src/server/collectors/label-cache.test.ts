import { expect, test } from "vitest";
import { LabelCache } from "./label-cache";

test("a name that is asked for again and again keeps its object, however many others come and go", () => {
  const cache = new LabelCache<{ name: string }>();
  const eth0 = cache.get("eth0", () => ({ name: "eth0" }));
  for (let other = 0; other < 20_000; other++) {
    cache.get(`veth${other}`, () => ({ name: `veth${other}` }));
    if (other % 500 === 0) expect(cache.get("eth0", () => ({ name: "another" }))).toBe(eth0);
  }
  expect(cache.size).toBeLessThanOrEqual(2001);
});
