import { expect, test } from "vitest";
import { firing } from "../../../tests/helpers/alert";
import { type AcknowledgeLink, acknowledgeQuery, isGenuine, judgeLink, LINK_LASTS_MS } from "./acknowledge-link";

const KEY = "key";
const NOW = Date.parse("2026-11-29T07:00:00Z");
const alert = firing({ id: "abc-00000001" });

function linkOf(query: string): AcknowledgeLink {
  const fields = new URLSearchParams(query);
  return { alert: fields.get("alert") ?? "", made: Number(fields.get("made")), signature: fields.get("signature") ?? "" };
}

const link = linkOf(acknowledgeQuery(KEY, alert.id, NOW));

test("a link is for one alert, a day, and one acknowledgement", () => {
  const judge = (more: Partial<Parameters<typeof judgeLink>[1]>) =>
    judgeLink(link, { alert, isUsed: false, now: NOW + 1000, ...more });
  expect(isGenuine(link, KEY)).toBe(true);
  expect(judge({})).toBe("valid");
  expect(judge({ now: NOW + LINK_LASTS_MS + 1 })).toBe("expired");
  expect(judge({ alert: null })).toBe("expired");
  expect(judge({ alert: { ...alert, state: "resolved" } })).toBe("resolved");
  expect(judge({ alert: { ...alert, acknowledgedAt: NOW + 500, acknowledgedBy: "ann" } })).toBe("acknowledged");
  // An acknowledgement that has ended is none any more; a link that was used stays used.
  const ended = { ...alert, acknowledgedAt: NOW - 900, acknowledgedBy: "ann", acknowledgedUntil: NOW };
  expect(judge({ alert: ended })).toBe("valid");
  expect(judge({ alert: ended, isUsed: true })).toBe("used");
});

test.each([
  { ...link, alert: "abc-00000002" },
  { ...link, made: link.made + 1 },
  { ...link, signature: link.signature.replace(/^./, (first) => (first === "A" ? "B" : "A")) },
  { ...link, signature: "" },
])("a link that was changed is forged", (changed) => {
  expect(isGenuine(changed, KEY)).toBe(false);
});

test("a link of another key is forged", () => {
  expect(isGenuine(link, "other")).toBe(false);
});
