import { expect, test } from "vitest";
import { editConfig } from "./edit";
import { parseConfig } from "./load";
import { receiverKinds, receiversOf } from "./receivers";
import { SECRET_PLACEHOLDER } from "./secrets";

const parse = (text: string) => parseConfig("config.yaml", text, () => undefined);

test("each kind of receiver has a field for each key, secrets as such, and none that only the file may set", () => {
  const kinds = receiverKinds();
  const fieldsOf = (kind: string) => kinds.find((one) => one.kind === kind)?.fields ?? [];
  expect(kinds).toHaveLength(18);
  expect(fieldsOf("telegram").map(({ key, kind, required }) => [key, kind, required])).toEqual([
    ["name", "text", false],
    ["severities", "choices", false],
    ["bot_token", "secret", true],
    ["chat_id", "text", true],
    ["api_url", "text", false],
  ]);
  expect(fieldsOf("email").map(({ key, kind }) => [key, kind])).toEqual([
    ["smtp_server", "text"],
    ["smtp_port", "number"],
    ["username", "text"],
    ["password", "secret"],
    ["tls", "choice"],
    ["from_address", "text"],
    ["to_addresses", "names"],
    ["severities", "choices"],
  ]);
  expect(fieldsOf("webhook").find(({ key }) => key === "headers")).toMatchObject({ kind: "pairs" });
  expect(fieldsOf("webhook").find(({ key }) => key === "template")).toMatchObject({ kind: "long" });
  expect(kinds.every(({ title }) => title.length > 1)).toBe(true);
});

const ONE = `notifications:
  telegram:
    bot_token: "1:a" # the bot
    chat_id: "-1"
`;

test("receivers are told by name, without their secrets", () => {
  const two = `${ONE}  webhook:\n    - url: https://a.example.org/x\n    - { url: https://b.example.org/y, name: pager, enabled: false }\n`;
  expect(receiversOf(parse(two))).toMatchObject([
    { kind: "webhook", index: 0, name: "webhook 1", enabled: true, values: { url: SECRET_PLACEHOLDER } },
    { kind: "webhook", index: 1, name: "pager", enabled: false },
    { kind: "telegram", index: 0, name: "telegram", values: { bot_token: SECRET_PLACEHOLDER, chat_id: "-1" } },
  ]);
  expect(receiversOf(parse(two))[0]?.values).not.toHaveProperty("public_only");
});

test("a receiver that is written as a block is changed by its number, keeps its comments and its secret, and gets company", () => {
  const changed = editConfig(ONE, [{ path: ["notifications", "telegram", 0, "chat_id"], value: "-2" }]);
  expect(changed).toBe(ONE.replace('"-1"', '"-2"'));
  const second = { path: ["notifications", "telegram", 1], value: { bot_token: "2:b", chat_id: "-3", name: "home" } };
  const both = editConfig(ONE, [second]);
  expect(parse(both).notifications.telegram).toMatchObject([
    { bot_token: "1:a", chat_id: "-1" },
    { bot_token: "2:b", chat_id: "-3", name: "home" },
  ]);
  expect(both).toContain("# the bot");
  const first = editConfig(both, [{ path: ["notifications", "telegram", 0], value: undefined }]);
  expect(parse(first).notifications.telegram).toMatchObject([{ name: "home" }]);
  expect(parse(editConfig(ONE, [{ path: ["notifications", "telegram", 0], value: undefined }])).notifications.telegram).toEqual(
    [],
  );
});

test("what is wrong in a webhook is named", () => {
  expect(() => parse("notifications:\n  webhook:\n    url: ftp://x\n")).toThrow("notifications.webhook.0.url");
});
