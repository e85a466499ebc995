import { expect, test } from "vitest";
import { en } from "~/components/words/en";
import type { Receiver, ReceiverKind } from "~/domain/receiver";
import { changesOf, draftOf, labelOf, mistakesOf, pathOf, receiverIn } from "./receiver-form";

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

/** A list of webhooks; without a name of its own, one is known by its number, and the addresses are secrets. */
const listOf = (...names: (string | null)[]) =>
  names.map(
    (name, index): Receiver => ({
      ...stored,
      index,
      name: name ?? `webhook ${index + 1}`,
      values: { url: "<secret>", ...(name !== null && { name }) },
    }),
  );

test.each([
  ["the list is as it was", listOf("a", "b", "c"), listOf("a", "b", "c"), [], 1],
  ["this page removed one before it", listOf("a", "b", "c"), listOf("b", "c"), [0], 0],
  ["this page removed one behind it", listOf("a", "b", "c"), listOf("a", "b"), [2], 1],
  ["receivers have no names", listOf(null, null, null), listOf(null, null), [0], 0],
  ["somebody else removed one", listOf("a", "b", "c"), listOf("b", "c"), [], undefined],
  ["somebody else removed one of those without names", listOf(null, null, null), listOf(null, null), [], undefined],
  ["somebody else removed one and added one", listOf("a", "b", "c"), listOf("b", "c", "d"), [], undefined],
])(
  "a receiver that is deleted after a while is found, or left to the server to refuse: %s",
  (_name, before, after, gone, index) => {
    const removed = gone.map((at) => before[at] as Receiver);
    const found = receiverIn(before[1] as Receiver, { before, after, removed });
    expect(found && pathOf(found)).toEqual(index === undefined ? undefined : ["notifications", "webhook", index]);
  },
);

test("removing one kind of receiver moves none of another, and the one for mail has no number", () => {
  const mail: Receiver = { ...stored, kind: "email", index: null, name: "email", values: {} };
  const [before, after] = [
    [mail, ...listOf("a", "b")],
    [mail, ...listOf("b")],
  ];
  expect(receiverIn(mail, { before, after, removed: listOf("a") })).toEqual(mail);
  expect(pathOf(mail)).toEqual(["notifications", "email"]);
});
