import { expect, test } from "vitest";
import { AppError } from "~/domain/errors";
import { describeConfig, textChanges } from "./describe";
import { assertEditable, editConfig } from "./edit";
import { parseConfig } from "./load";
import { SECRET_PLACEHOLDER } from "./secrets";

const FILE = `# my machine
monitoring:
  interval: 2 # slow disk
alerts:
  # rules:
  group_wait: 30s # patience
notifications:
  webhook:
    url: https://hooks.example.org/secret-path # ops
    secret: shared
`;

const parse = (text: string) => parseConfig("config.yaml", text, () => undefined);

test("a change keeps the comments and everything else of the file", () => {
  const text = editConfig(FILE, [{ path: ["alerts", "group_wait"], value: "10s" }]);
  expect(text).toBe(FILE.replace("group_wait: 30s", "group_wait: 10s"));
});

test.each(["[iowait, swap]", "[ iowait, swap ]"])("a change leaves %s as it is written", (list) => {
  const text = `alerts:\n  disabled: ${list}\n  group_wait: 30s\n`;
  expect(editConfig(text, [{ path: ["alerts", "group_wait"], value: "10s" }])).toBe(text.replace("30s", "10s"));
});

test("a setting in a block that is not there yet makes the block", () => {
  const text = editConfig("# nothing yet\n", [{ path: ["thresholds", "cpu", "warning"], value: 70 }]);
  expect(parse(text).thresholds.cpu).toMatchObject({ warning: 70 });
  expect(text).toContain("# nothing yet");
});

test("a setting in a block that holds only comments fills the block", () => {
  const text = editConfig("alerts:\n  # rules:\nlogging:\n  level: warn\n", [{ path: ["alerts", "group_wait"], value: "5s" }]);
  expect(parse(text)).toMatchObject({ alerts: { group_wait: 5 }, logging: { level: "warn" } });
});

test("taking a setting out brings its default back and leaves no empty block", () => {
  const text = editConfig("thresholds:\n  cpu:\n    warning: 70\nlogging:\n  level: warn\n", [
    { path: ["thresholds", "cpu", "warning"], value: undefined },
  ]);
  expect(text).toBe("logging:\n  level: warn\n");
});

test("a secret that comes back as it was shown stays what it is", () => {
  const text = editConfig(FILE, [
    {
      path: ["notifications", "webhook"],
      value: { url: SECRET_PLACEHOLDER, secret: SECRET_PLACEHOLDER, severities: ["critical"] },
    },
  ]);
  expect(parse(text).notifications.webhook[0]).toMatchObject({
    url: "https://hooks.example.org/secret-path",
    secret: "shared",
    severities: ["critical"],
  });
});

test("an address that comes in through the API is kept from private networks", () => {
  const whole = editConfig("", [{ path: ["notifications", "webhook"], value: [{ url: "https://hooks.example.org/x" }] }]);
  expect(parse(whole).notifications.webhook[0]).toMatchObject({ public_only: true });
  const part = editConfig(FILE, [{ path: ["notifications", "webhook", "url"], value: "https://hooks.example.org/y" }]);
  expect(parse(part).notifications.webhook[0]).toMatchObject({ public_only: true });
});

const MAIL = `notifications:
  email:
    smtp_server: mail.example.org
    username: ops
    password: "\${SMTP_PASSWORD}" # from the vault
    to_addresses: [ops@example.org]
`;
const mailOf = (text: string) => parseConfig("config.yaml", text, () => "hidden").notifications.email;

test.each([
  [[{ path: ["notifications", "email", "smtp_server"], value: "mail.evil.example" }]],
  [[{ path: ["notifications", "email", "smtp_port"], value: 2525 }]],
  [[{ path: ["notifications", "email", "tls"], value: "none" }]],
  [[{ path: ["notifications", "email", "username"], value: "root" }]],
  [[{ path: ["notifications", "email", "username"], value: undefined }]],
  [
    [
      {
        path: ["notifications", "email"],
        value: { smtp_server: "mail.evil.example", username: "ops", password: SECRET_PLACEHOLDER, to_addresses: ["a@b.example"] },
      },
    ],
  ],
  [
    [
      {
        path: ["notifications"],
        value: { email: { smtp_server: "mail.evil.example", password: SECRET_PLACEHOLDER, to_addresses: ["a@b.example"] } },
      },
    ],
  ],
  [
    [
      { path: ["notifications", "email", "password"], value: SECRET_PLACEHOLDER },
      { path: ["notifications", "email", "smtp_server"], value: "mail.evil.example" },
    ],
  ],
])("a stored password of mail goes nowhere else: %j", (changes) => {
  const text = editConfig(MAIL, changes);
  expect(mailOf(text)).toBeDefined();
  expect(mailOf(text)?.password).toBeUndefined();
  expect(mailOf(text)?.public_only).toBe(true);
  expect(mailOf(editConfig(MAIL.replace("password", "password_file"), changes))?.password_file).toBeUndefined();
});

test("a change of mail keeps its password if the server stays, or takes the one that comes with it", () => {
  const receivers = editConfig(MAIL, [{ path: ["notifications", "email", "to_addresses"], value: ["b@example.org"] }]);
  expect(mailOf(receivers)).toMatchObject({ password: "hidden", public_only: false });
  const moved = editConfig(MAIL, [
    { path: ["notifications", "email", "smtp_server"], value: "mail2.example.org" },
    { path: ["notifications", "email", "password"], value: "another" },
  ]);
  expect(mailOf(moved)).toMatchObject({ smtp_server: "mail2.example.org", password: "another", public_only: true });
});

test("receivers that stay as they are keep what they may, and an administrator of this machine may name private ones", () => {
  const text = `notifications:
  webhook:
    - url: http://10.0.0.7/hook # ours
    - url: https://hooks.example.org/x
      public_only: true
`;
  const value = [
    { url: "https://hooks.example.org/x", public_only: false },
    { url: SECRET_PLACEHOLDER },
    { url: "http://10.0.0.7/hook", severities: ["critical"] },
    { url: "http://10.0.0.8/other" },
  ];
  const kept = parse(editConfig(text, [{ path: ["notifications", "webhook"], value }])).notifications.webhook;
  expect(kept.map(({ public_only }) => public_only)).toEqual([true, true, false, true]);
  const here = { privateTargets: true };
  const added = editConfig(text, [{ path: ["notifications", "webhook", 2], value: { url: "http://10.0.0.8/other" } }], here);
  expect(parse(added).notifications.webhook.map(({ public_only }) => public_only)).toEqual([false, true, false]);
  const mail = editConfig(
    `${MAIL}    public_only: true\n`,
    [{ path: ["notifications", "email", "smtp_server"], value: "10.0.0.9" }],
    here,
  );
  expect(mailOf(mail)).toMatchObject({ public_only: false });
});

test("the guard of a mail server outlives a block that does not name it", () => {
  const value = { smtp_server: "10.0.0.7", smtp_port: 25, tls: "none", to_addresses: ["a@example.org"] };
  const change = { path: ["notifications", "email"], value };
  const once = editConfig("", [change]);
  const twice = editConfig(once, [change]);
  for (const text of [once, twice, editConfig(twice, [{ path: ["notifications"], value: { email: value } }])]) {
    expect(mailOf(text)).toMatchObject({ smtp_server: "10.0.0.7", public_only: true });
  }
});

test.each([
  [["server"], {}],
  [["server"], { port: 5911 }],
  [["server"], { links: [] }],
])("a block that is replaced by %j %j keeps who gets in", (path, value) => {
  const text = "server: {trusted_proxies: [127.0.0.1], host: 127.0.0.1}\nsecurity: {auth: required}\n";
  expect(() => editConfig(text, [{ path, value }])).toThrow("only be");
  expect(() => editConfig("server: {port: 5000}\n", [{ path, value }])).not.toThrow();
});

test.each([
  [["notifications"], {}],
  [["notifications"], { log: { enabled: false } }],
  [["custom_metrics"], {}],
  [["custom_metrics", "queue"], undefined],
])("a program that the file names is not taken out by %j %j", (path, value) => {
  const text = "notifications:\n  command: {argv: [/usr/bin/page]}\ncustom_metrics:\n  queue: {command: [/usr/bin/queue]}\n";
  expect(() => editConfig(text, [{ path, value }])).toThrow("only be");
  expect(editConfig(text, [{ path: ["custom_metrics", "queue", "interval"], value: 5 }])).toContain("interval: 5");
});

test("what a change of the file has changed is told, without secrets", () => {
  const after = editConfig(MAIL, [{ path: ["notifications", "email", "smtp_server"], value: "mail2.example.org" }]);
  expect(textChanges(MAIL, after, parse(""))).toEqual([
    { what: "notifications.email.smtp_server", from: "mail.example.org", to: "mail2.example.org" },
    { what: "notifications.email.password", from: SECRET_PLACEHOLDER, to: null },
    { what: "notifications.email.public_only", from: null, to: true },
  ]);
});

test.each([
  ["a program", ["notifications", "command", "argv"], ["/bin/sh"]],
  ["a program inside a block", ["custom_metrics", "x"], { command: ["/bin/sh"] }],
  ["a function", ["custom_metrics", "x", "function"], "get_x"],
  ["a file of text metrics", ["custom_metrics", "x"], { textfile: "/etc" }],
  ["a file that holds an address", ["notifications", "webhook"], [{ url_file: "/etc/passwd" }]],
  ["a folder of reports", ["reports", "schedules"], [{ name: "x", folder: "/tmp" }]],
  ["the guard of an address", ["notifications", "webhook", "public_only"], false],
] as const)("%s cannot be set through the API", (_name, path, value) => {
  expect(() => assertEditable([{ path, value }])).toThrow(AppError);
});

test.each([
  ["below a plain value", ["logging", "level", "deep"], 1],
  ["taken out below a plain value", ["logging", "level", "deep"], undefined],
  ["by number where there is a map", [391_732, 915_589], undefined],
  ["by name where there is a list", ["alerts", "rules", "name"], "x"],
  ["in a value that is no plain data", ["6Kb"], [{ "G\\j": 2.1543056426478034e-95, "": null, "D?": [{}] }]],
] as const)("a path %s is refused or makes a text that can be judged, never a crash", (_name, path, value) => {
  try {
    expect(typeof editConfig("logging:\n  level: warn\nalerts:\n  rules: [{name: a}]\n", [{ path, value }])).toBe("string");
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
  }
});

test.each([
  [["alerts", "rules", 500_000, "name"]],
  [["alerts", "rules", "500000"]],
  [["alerts", "rules", 2]],
  [["thresholds", 494_634, 262_144]],
  [[391_732, 915_589]],
])("%s is beyond the end of a list and is refused, not filled up to", (path) => {
  const text = "alerts:\n  rules: [{name: a}]\n";
  expect(() => editConfig(text, [{ path, value: 1 }])).toThrow(AppError);
});

test("the place after a list's last entry adds one", () => {
  const text = editConfig("alerts:\n  rules:\n    - name: a\n", [{ path: ["alerts", "rules", 1], value: { name: "b" } }]);
  expect(text).toBe("alerts:\n  rules:\n    - name: a\n    - name: b\n");
});

test("every setting tells its value, its source and its default, and no secret", () => {
  const settings = describeConfig(
    { config: parse(FILE), defaults: parse(""), text: FILE },
    new Map([["server.port", { value: 5050, source: "flag" }]]),
  );
  const find = (path: string) => settings.find((one) => one.path === path);
  expect(find("monitoring.interval")).toMatchObject({
    kind: "duration",
    title: "Sampling interval",
    value: 2,
    written: 2,
    default: 1,
    source: "file",
    live: true,
    waiting: false,
    editable: true,
  });
  expect(find("alerts.group_wait")).toMatchObject({ value: 30, written: "30s", source: "file", live: true });
  expect(find("retention.raw")).toMatchObject({ source: "default", written: null });
  expect(find("server.port")).toMatchObject({ value: 5050, source: "flag" });
  expect(JSON.stringify(settings)).not.toMatch(/secret-path|shared/);
});

test("a change in a long list names what it has changed, and of an address where it leads now", () => {
  const rules = (warning: string) =>
    Array.from(
      { length: 15 },
      (_, index) => `    - {name: rule ${index}, metric: queue, warning: ${index === 14 ? warning : "1"}}\n`,
    ).join("");
  const text = (warning: string, host: string) =>
    `alerts:\n  rules:\n${rules(warning)}notifications:\n  webhook:\n    - url: https://${host}/T0/secret\n`;
  expect(textChanges(text("0.9", "hooks.example.org"), text("99", "evil.example"), parse(""))).toEqual([
    { what: "alerts.rules[rule 14].warning", from: 0.9, to: 99 },
    { what: "notifications.webhook[0].url", from: "https://hooks.example.org/<secret>", to: "https://evil.example/<secret>" },
  ]);
});

test("names that the configuration adds are hidden where it is shown too", () => {
  const text = "security: {redact_arguments: [pin]}\ncustom_metrics: {q: {command: [/bin/echo, --pin, '998877', '1']}}\n";
  const config = parse(text);
  expect(JSON.stringify(describeConfig({ config, defaults: parse(""), text }, new Map()))).not.toContain("998877");
  expect(JSON.stringify(textChanges("", text, config))).not.toContain("998877");
});

test("a block that others refer to by an alias is not taken out from under them", () => {
  const text = "thresholds:\n  cpu: &limits {warning: 70}\n  memory: *limits\n";
  expect(() => editConfig(text, [{ path: ["thresholds", "cpu"], value: undefined }])).toThrow("alias");
});

test.each([
  [["security", "auth"], "auto"],
  [["security"], undefined],
  [["security", "cors_origins"], ["https://evil.example"]],
  [["server", "host"], "0.0.0.0"],
  [["server"], { host: "0.0.0.0" }],
  [["server"], undefined],
  [["server", "trusted_proxies"], ["0.0.0.0/0"]],
  [["server", "public_url"], undefined],
  [["server", "allowed_hosts"], []],
  [["remote_write"], [{ url: "http://127.0.0.1:1/api/v1/write" }]],
  [["fleet", "query_url"], "http://127.0.0.1:1"],
  [["fleet"], undefined],
])("who gets in is decided in the file: %j", (path, value) => {
  expect(() => assertEditable([{ path, value }])).toThrow("only be");
});

test.each([
  [["server", "links"], [{ name: "x", url: "https://example.org" }]],
  [["server", "port"], 8080],
  [["server"], { links: [] }],
])("what lets nobody in can be set: %j", (path, value) => {
  expect(() => assertEditable([{ path, value }])).not.toThrow();
});

test.each([["${SMTP_PASSWORD}"], [["x", "a${HOME:-y}"]], [{ name: "${HOME}" }]])(
  "no value of the API reaches the environment: %j",
  (value) => {
    expect(() => assertEditable([{ path: ["server", "links"], value }])).toThrow(
      "${...} can only be used in the configuration file",
    );
  },
);

test("what a variable filled, arguments and queries are not shown resolved", () => {
  const text = [
    "custom_metrics:",
    "  orders:",
    "    http: https://shop.example.org/orders?key=4711",
    "  queue:",
    '    command: [check, --token, abc123, "-H", "${HEADER}"]',
    "server:",
    "  links: [{ name: docs, url: 'https://example.org/?page=1' }]",
    "notifications:",
    "  email:",
    "    smtp_server: ${SMTP_SERVER}",
    "    to_addresses: [a@example.org]",
    "",
  ].join("\n");
  const variable = (name: string) => (name === "HEADER" ? "X-Secret: 4711" : "mail.internal");
  const config = parseConfig("config.yaml", text, variable);
  const defaults = parseConfig("defaults", "", () => undefined);
  const shown = JSON.stringify(describeConfig({ config, defaults, text }, new Map()));
  expect(shown).not.toMatch(/4711|abc123|mail\.internal/);
  expect(shown).toContain("${SMTP_SERVER}");
  expect(shown).toContain("https://example.org/?page=1");
});

test.each([
  [
    "a report's folder",
    "server:\n  links: [{name: &h /srv/a, url: 'http://a'}]\nreports:\n  schedules: [{name: d, folder: *h}]\n",
  ],
  ["an address to fetch", "server:\n  links: [{name: &h 'http://a', url: 'http://a'}]\ncustom_metrics:\n  q: {http: *h}\n"],
  [
    "a password's file",
    "server:\n  links: [{name: &h /srv/a, url: 'http://a'}]\nnotifications:\n  email: {to_addresses: [a@b.c], password_file: *h}\n",
  ],
])("%s that is an alias of another setting does not change with it", (_what, text) => {
  expect(() => editConfig(text, [{ path: ["server", "links", 0, "name"], value: "/etc/cron.d" }])).toThrow("only be");
});

test("a service that is set over the API may not reach private addresses, and a stored token goes to no other address", () => {
  const stored = "notifications:\n  gotify:\n    url: https://gotify.example.org\n    token: hidden\n";
  const of = (text: string) => parse(text).notifications.gotify[0];
  const added = editConfig("", [{ path: ["notifications", "gotify"], value: { url: "https://x.example.org", token: "t" } }]);
  expect(of(added)).toMatchObject({ token: "t", public_only: true });
  const renamed = editConfig(stored, [{ path: ["notifications", "gotify", "name"], value: "phone" }]);
  expect(of(renamed)).toMatchObject({ name: "phone", token: "hidden", public_only: false });
  const moved = [{ path: ["notifications", "gotify", "url"], value: "https://evil.example.org" }];
  expect(editConfig(stored, moved)).not.toContain("hidden");
  const both = editConfig(stored, [...moved, { path: ["notifications", "gotify", "token"], value: "own" }]);
  expect(of(both)).toMatchObject({ url: "https://evil.example.org", token: "own", public_only: true });
  for (const key of ["token_file", "public_only"]) {
    expect(() => assertEditable([{ path: ["notifications", "gotify", key], value: "/etc/shadow" }])).toThrow(
      /only be set in the configuration file/,
    );
  }
});
