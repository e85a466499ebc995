import { expect, test } from "vitest";
import { parseConfig } from "./load";
import { textWithoutSecrets } from "./shown-text";

const shown = (text: string) =>
  textWithoutSecrets(
    text,
    parseConfig("config.yaml", "", () => undefined),
  );

test("the file is shown as it stands, with its comments", () => {
  const text = `# mine

alerts:
  group_wait:   20s # short
  # disabled: [iowait]
  disabled: [iowait]
custom_metrics:
  q: {command: [/bin/sh, -c, 'echo 1']}
notifications:
  webhook:
    template: |
      # {{subject}}
      {{text}}
`;
  expect(shown(text)).toBe(text);
});

test.each([
  ["a password", "notifications:\n  email: {password: hunter2, to_addresses: [a@b.c]}\n"],
  ["an address that is a key", "notifications:\n  webhook:\n    - url: https://hooks.example.org/hunter2\n"],
  ["a header", "notifications:\n  webhook:\n    headers: {Authorization: Bearer hunter2}\n"],
  ["a service's token", "notifications:\n  telegram:\n    bot_token: hunter2 # the bot\n"],
  ["an option of a program", "custom_metrics:\n  q:\n    command: [/bin/mysql, --password, hunter2]\n"],
  ["a program that has a block", "custom_metrics:\n  q:\n    command: {argv: [/bin/mysql, --password=hunter2]}\n"],
  ["a password in an address", "custom_metrics:\n  q:\n    http: http://me:hunter2@localhost/\n"],
  ["a comment", "notifications:\n  # telegram:\n  #   bot_token: hunter2\n  log: {enabled: true}\n"],
  ["a comment at the end", "logging:\n  level: info # password: hunter2\n"],
  ["a header in a comment", "notifications:\n  # webhook:\n  #   headers:\n  #     X-Api-Key: hunter2\n  log: {enabled: true}\n"],
  ["a comment alone", "# secret: hunter2\n"],
  [
    "a comment of a list",
    "notifications:\n  webhook:\n    # - url: https://hooks.example.org/hunter2\n    - url: https://x.example.org/a\n",
  ],
  [
    "a value that others refer to",
    "notifications:\n  gotify: {url: 'https://x', token: &t hunter2}\n  pushover: {user_key: *t, token: *t}\n",
  ],
])("%s is hidden", (_what, text) => {
  const without = shown(text);
  expect(without).not.toContain("hunter2");
  expect(without).toMatch(/<secret>|\*\*\*/);
});

test("a text of several lines that is a secret is hidden whole", () => {
  const text = "notifications:\n  email:\n    password: |\n      # hunter2\n      hunter2\n    username: me # mine\n";
  expect(shown(text)).toBe("notifications:\n  email:\n    password: <secret>\n    username: me # mine\n");
});

test("a file that holds a secret is named", () => {
  const text =
    "notifications:\n  # email: {password_file: /run/secrets/smtp}\n  telegram:\n    bot_token_file: /run/secrets/bot\n";
  expect(shown(text)).toBe(text);
});

test("a file with a mistake is not shown: nothing says where its secrets are", () => {
  expect(shown("notifications: {email: {password: hunter2\n")).toBeNull();
});
