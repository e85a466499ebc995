import { expect, test } from "vitest";
import { en } from "~/components/words/en";
import type { Receiver, ReceiverKind } from "~/domain/receiver";
import { changesOf, draftOf, labelOf, mistakesOf } from "./receiver-form";

const field = { required: false, choices: [], default: null };
const kind: ReceiverKind = {
  kind: "webhook",
  title: "Webhook",
  fields: [
    { ...field, key: "url", kind: "secret", required: true },
    { ...field, key: "severities", kind: "choices", choices: ["info", "warning"], default: ["info", "warning"] },
    { ...field, key: "headers", kind: "pairs", default: {} },
    { ...field, key: "port", kind: "number", default: 25 },
  ],
};
const stored: Receiver = {
  kind: "webhook",
  index: 1,
  name: "webhook 2",
  enabled: true,
  values: { url: "<secret>", severities: ["info"], headers: { "x-a": "<secret>" }, port: 25 },
};

test("a new receiver is written whole but for what its defaults say, after the others of its kind", () => {
  const draft = { ...draftOf(kind, null), url: " https://a.example.org ", headers: "x-a: b\n\nAuthorization: Bearer c: d" };
  expect(draft).toMatchObject({ severities: "info, warning", port: "25" });
  expect(changesOf(kind, draft, { receiver: null, count: 2 })).toEqual([
    {
      path: ["notifications", "webhook", 2],
      value: { url: "https://a.example.org", headers: { "x-a": "b", Authorization: "Bearer c: d" } },
    },
  ]);
});

test("of a receiver that is there only what was changed is written; its secrets are not shown and stay", () => {
  const draft = draftOf(kind, stored);
  expect(draft.url).toBe("");
  expect(changesOf(kind, draft, { receiver: stored, count: 2 })).toEqual([]);
  expect(mistakesOf(kind, draft, { receiver: stored, words: en.alerts.receiver })).toEqual({});
  const next = { ...draft, severities: "info, warning", port: "" };
  expect(changesOf(kind, next, { receiver: stored, count: 2 })).toEqual([
    { path: ["notifications", "webhook", 1, "severities"], value: ["info", "warning"] },
    { path: ["notifications", "webhook", 1, "port"], value: null },
  ]);
});

test("what is missing or wrong is said at its field", () => {
  const draft = { ...draftOf(kind, null), headers: "no colon", port: "x" };
  expect(mistakesOf(kind, draft, { receiver: null, words: en.alerts.receiver })).toEqual({
    url: "Required",
    headers: expect.stringContaining("Authorization"),
    port: "Enter a whole number",
  });
});

test("labels are words", () => {
  expect(["bot_token", "api_url", "smtp_server", "chat_id"].map(labelOf)).toEqual([
    "Bot token",
    "API URL",
    "SMTP server",
    "Chat ID",
  ]);
});
