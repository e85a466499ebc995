/** Every service gets what its documentation asks for, within its limits, and nothing that a process calls itself works in it. */
import { expect, test } from "vitest";
import { z } from "zod";
import type { Alert } from "~/domain/alert";
import { contributor, firing } from "../../../../tests/helpers/alert";
import { parseConfig } from "../../config/load";
import type { AlertItem, AlertMessage } from "../notifier";
import { SERVICES, type ServiceName } from ".";
import type { Service, ServiceRequest } from "./service";

const at = Date.UTC(2026, 10, 22, 3, 12);
const EVIL = "<!channel> *x* [a](http://b) @all @channel <users/all> <b>bold</b> `code`";

const CAUSE = contributor({
  pid: 8,
  name: EVIL,
  command: EVIL,
  user: "ann",
  share: 0.6,
  value: 1,
});
const alert = (id: string, change: Partial<Alert> = {}) =>
  firing({ id, severity: "warning", labels: { "container.name": EVIL }, cause: [CAUSE], startedAt: at - 240_000, ...change });

const item = (one: Alert, kind: AlertItem["kind"] = "fired"): AlertItem => ({ kind, alert: one, description: "", remedy: "" });
const message = (items: AlertItem[]): AlertMessage => ({ host: "web-1", at, more: 0, link: "https://web-1/alerts", items });

const one = message([item(alert("a1", { severity: "critical" }))]);
/** Sixty at once; the first has resolved, and names have characters of two UTF-16 units. */
const sixty = message([
  item(alert("r1", { state: "resolved", resolvedAt: at }), "resolved"),
  ...Array.from({ length: 59 }, (_, index) =>
    item(alert(`a${index}`, { labels: { "container.name": `web ${"😀".repeat(20)}` } })),
  ),
]);
const over = message([item(alert("r1", { state: "resolved", resolvedAt: at }), "resolved")]);

const OPTIONS: Record<ServiceName, Record<string, unknown>> = {
  alertmanager: { url: "https://am.example/prefix/", username: "u", password: "p" },
  discord: { webhook_url: "https://discord.example/x" },
  google_chat: { webhook_url: "https://chat.example/x" },
  gotify: { url: "https://gotify.example/", token: "t" },
  home_assistant: { url: "https://ha.example", token: "t", service: "notify.mobile_app_phone" },
  matrix: { homeserver: "https://matrix.example", room_id: "!r:example", access_token: "t" },
  mattermost: { webhook_url: "https://mm.example/hooks/x" },
  msteams: { webhook_url: "https://teams.example/x" },
  ntfy: { url: "https://ntfy.example/alerts", token: "t" },
  opsgenie: { api_key: "k" },
  pagerduty: { routing_key: "k" },
  pushover: { user_key: "u", token: "t" },
  rocketchat: { webhook_url: "https://rc.example/hooks/x" },
  signal: { url: "https://signal.example", number: "+49", recipients: ["+48"] },
  slack: { api_url: "https://slack.example/x" },
  telegram: { bot_token: "1:t", chat_id: -100 },
};

function requestsOf(name: ServiceName, about: AlertMessage): ServiceRequest[] {
  const { options, requests } = SERVICES[name] as unknown as Service;
  return requests(about, z.object(options).parse(OPTIONS[name]), "key-1");
}

const text = (most: number) => z.string().min(1).max(most);
const bytes = (most: number) => z.string().refine((value) => Buffer.byteLength(value) <= most, `more than ${most} bytes`);

/** What the documentation of each service says of a body, as a stand-in would check it. */
const DOCUMENTED: Record<ServiceName, (request: ServiceRequest) => void> = {
  slack: ({ body }) =>
    z
      .strictObject({
        text: text(40_000),
        attachments: z.tuple([
          z.strictObject({
            color: z.string(),
            blocks: z.tuple([
              z.strictObject({
                type: z.literal("header"),
                text: z.strictObject({ type: z.literal("plain_text"), text: text(150), emoji: z.boolean() }),
              }),
              z.strictObject({
                type: z.literal("section"),
                text: z.strictObject({ type: z.literal("mrkdwn"), text: text(3000), verbatim: z.boolean() }),
              }),
            ]),
          }),
        ]),
      })
      .parse(JSON.parse(body)),
  discord: ({ body }) =>
    z.strictObject({ content: text(2000), allowed_mentions: z.strictObject({ parse: z.tuple([]) }) }).parse(JSON.parse(body)),
  ntfy: ({ body, headers }) => {
    bytes(4096).parse(body);
    z.object({ title: z.string().regex(/^=\?UTF-8\?B\?/), priority: z.enum(["1", "2", "3", "4", "5"]), tags: z.string() }).parse(
      headers,
    );
  },
  telegram: ({ url, body }) => {
    expect(url).toBe("https://api.telegram.org/bot1:t/sendMessage");
    z.strictObject({
      chat_id: z.literal("-100"),
      text: text(4096),
      parse_mode: z.literal("HTML"),
      link_preview_options: z.strictObject({ is_disabled: z.literal(true) }),
      disable_notification: z.boolean(),
    }).parse(JSON.parse(body));
  },
  msteams: ({ body }) => {
    bytes(28_000).parse(body);
    const block = z.object({ type: z.literal("TextBlock"), text: z.string().min(1) });
    z.strictObject({
      type: z.literal("message"),
      attachments: z.tuple([
        z.strictObject({
          contentType: z.literal("application/vnd.microsoft.card.adaptive"),
          contentUrl: z.null(),
          content: z.looseObject({ type: z.literal("AdaptiveCard"), version: z.string(), body: z.array(block) }),
        }),
      ]),
    }).parse(JSON.parse(body));
  },
  pagerduty: ({ url, body }) => {
    expect(url).toBe("https://events.pagerduty.com/v2/enqueue");
    const event = { routing_key: z.literal("k"), dedup_key: text(255) };
    z.discriminatedUnion("event_action", [
      z.strictObject({ ...event, event_action: z.literal("resolve") }),
      z.strictObject({
        ...event,
        event_action: z.literal("trigger"),
        client: z.string(),
        client_url: z.url(),
        payload: z.strictObject({
          summary: text(1024),
          source: z.string(),
          severity: z.enum(["critical", "error", "warning", "info"]),
          timestamp: z.iso.datetime(),
          component: z.string(),
          group: z.string(),
          custom_details: z.record(z.string(), z.unknown()),
        }),
      }),
    ]).parse(JSON.parse(body));
  },
  opsgenie: ({ url, headers, body }) => {
    expect(headers.authorization).toBe("GenieKey k");
    if (url.includes("/close")) z.strictObject({ source: z.string() }).parse(JSON.parse(body));
    else
      z.strictObject({
        message: text(130),
        alias: text(512),
        description: text(15_000),
        source: text(100),
        entity: text(512),
        priority: z.enum(["P1", "P2", "P3", "P4", "P5"]),
        details: z.record(z.string(), z.string()),
      }).parse(JSON.parse(body));
  },
  pushover: ({ body }) =>
    z
      .strictObject({
        token: z.literal("t"),
        user: z.literal("u"),
        title: text(250),
        message: text(1024),
        priority: z.int().min(-2).max(1),
        timestamp: z.int(),
        url: text(512),
        url_title: text(100),
      })
      .parse(JSON.parse(body)),
  gotify: ({ url, headers, body }) => {
    expect([url, headers["x-gotify-key"]]).toEqual(["https://gotify.example/message", "t"]);
    z.strictObject({
      title: z.string(),
      message: z.string(),
      priority: z.int(),
      extras: z.record(z.string(), z.unknown()),
    }).parse(JSON.parse(body));
  },
  matrix: ({ method, url, body }) => {
    expect([method, url]).toEqual([
      "PUT",
      "https://matrix.example/_matrix/client/v3/rooms/!r%3Aexample/send/m.room.message/key-1",
    ]);
    bytes(60_000).parse(body);
    z.strictObject({
      msgtype: z.literal("m.text"),
      body: z.string(),
      format: z.literal("org.matrix.custom.html"),
      formatted_body: z.string(),
      "m.mentions": z.strictObject({}),
    }).parse(JSON.parse(body));
  },
  mattermost: ({ body }) =>
    z
      .strictObject({
        username: z.string(),
        attachments: z.tuple([
          z.strictObject({ color: z.string(), fallback: z.string(), title: z.string(), text: text(16_383) }),
        ]),
      })
      .parse(JSON.parse(body)),
  rocketchat: ({ body }) =>
    z
      .strictObject({
        alias: z.string(),
        text: text(5000),
        attachments: z.tuple([z.strictObject({ color: z.string(), text: text(5000) })]),
      })
      .parse(JSON.parse(body)),
  google_chat: ({ body }) => z.strictObject({ text: text(4096) }).parse(JSON.parse(body)),
  signal: ({ url, body }) => {
    expect(url).toBe("https://signal.example/v2/send");
    z.strictObject({ number: z.string(), recipients: z.array(z.string()), message: text(2000) }).parse(JSON.parse(body));
  },
  home_assistant: ({ url, headers, body }) => {
    expect([url, headers.authorization]).toEqual(["https://ha.example/api/services/notify/mobile_app_phone", "Bearer t"]);
    z.strictObject({ title: z.string(), message: z.string(), data: z.record(z.string(), z.unknown()) }).parse(JSON.parse(body));
  },
  alertmanager: ({ url, headers, body }) => {
    expect([url, headers.authorization]).toEqual(["https://am.example/prefix/api/v2/alerts", "Basic dTpw"]);
    const labels = z.record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), z.string());
    z.array(
      z.strictObject({
        labels,
        annotations: labels,
        startsAt: z.iso.datetime(),
        endsAt: z.iso.datetime(),
        generatorURL: z.url(),
      }),
    ).parse(JSON.parse(body));
  },
};

const NAMES = Object.keys(SERVICES) as ServiceName[];

test.each(NAMES)("%s gets what it documents: of one alert, of sixty at once, of an end", (name) => {
  for (const about of [one, sixty, over]) {
    const requests = requestsOf(name, about);
    expect(requests.length).toBeGreaterThan(0);
    for (const request of requests) {
      DOCUMENTED[name](request);
      // Half of a surrogate pair becomes this.
      expect(Buffer.from(request.body).toString()).not.toContain("\ufffd");
    }
  }
});

test("for Alertmanager an alert of another severity is another alert: it ends when the severity changes, and with the alert", () => {
  const item = (one.items as AlertMessage["items"])[0] as AlertItem;
  const ends = (kind: AlertItem["kind"], change: Partial<Alert>, told?: AlertItem["told"]) => {
    const changed = { ...item, kind, alert: { ...item.alert, ...change }, ...(told && { told }) };
    const [request] = requestsOf("alertmanager", { ...one, items: [changed] });
    const posted = JSON.parse(request?.body ?? "") as { labels: { severity: string }; endsAt: string }[];
    return Object.fromEntries(posted.map(({ labels, endsAt }) => [labels.severity, Date.parse(endsAt) > one.at]));
  };
  expect(ends("fired", { severity: "warning" })).toEqual({ warning: true });
  expect(ends("repeated", { severity: "warning" }, "warning")).toEqual({ warning: true });
  expect(ends("escalated", { severity: "critical" }, "warning")).toEqual({ critical: true, warning: false });
  expect(ends("resolved", { severity: "warning", resolvedAt: one.at }, "critical")).toEqual({ critical: false, warning: false });
});

/** What would be a mention, a link or markup in each service's own language. */
const ACTIVE: Partial<Record<ServiceName, RegExp>> = {
  slack: /<!channel>|<users/,
  discord: /(?<!\\)[[\]`]/,
  telegram: /<b>bold|<!channel/,
  matrix: /<b>bold|<!channel/,
  msteams: /(?<!\\)\[a(?<!\\)\]\(http/,
  mattermost: /@all|@channel|(?<!\\)\[a\]\(/,
  rocketchat: /@all|@channel|(?<!\\)\[a\]\(/,
  google_chat: /<users\/all>/,
};

/** The text of a body that the service looks for markup in. */
function markupOf(name: string, body: string): string {
  const parsed = JSON.parse(body) as Record<string, unknown>;
  if (name === "slack") {
    const { text: notification, attachments } = slackShape.parse(parsed);
    return [notification, attachments[0].blocks[1].text.text].join("\n");
  }
  if (name === "matrix") return String(parsed.formatted_body);
  if (name === "discord") return String(parsed.content);
  return JSON.stringify(parsed);
}

const slackShape = z.object({
  text: z.string(),
  attachments: z.tuple([z.object({ blocks: z.tuple([z.unknown(), z.object({ text: z.object({ text: z.string() }) })]) })]),
});

test.each(Object.entries(ACTIVE))("in %s what a process calls itself is text", (name, active) => {
  for (const { body } of requestsOf(name as ServiceName, one)) {
    const shown = markupOf(name, body).replaceAll("\\\\", "\\");
    expect(shown).toContain("channel");
    expect(shown).not.toMatch(active);
  }
});

test("urgency is that of the worst that still fires", () => {
  const priority = (about: AlertMessage) => requestsOf("ntfy", about)[0]?.headers.priority;
  expect([priority(one), priority(sixty), priority(over)]).toEqual(["5", "4", "2"]);
});

test("each service can be configured, by its keys and by files of its secrets, as one block or a list", () => {
  for (const name of NAMES) {
    const { secrets } = SERVICES[name] as unknown as Service;
    const yaml = (options: Record<string, unknown>) => JSON.stringify({ notifications: { [name]: options } });
    const parse = (text: string) => parseConfig("config.yaml", text, () => undefined).notifications[name];
    expect(parse(yaml(OPTIONS[name]))).toMatchObject([{ enabled: true, public_only: false }]);
    expect(
      parse(JSON.stringify({ notifications: { [name]: [OPTIONS[name], { ...OPTIONS[name], name: "other" }] } })),
    ).toHaveLength(2);
    for (const secret of secrets) {
      const { [secret]: _left, ...rest } = OPTIONS[name];
      if (OPTIONS[name][secret] === undefined) continue;
      expect(parse(yaml({ ...rest, [`${secret}_file`]: "/run/secret" }))).toHaveLength(1);
      expect(() => parse(yaml({ ...OPTIONS[name], [`${secret}_file`]: "/run/secret" }))).toThrow(`give one of ${secret}`);
    }
  }
  expect(() => parseConfig("config.yaml", "notifications:\n  gotify:\n    url: https://x.example\n", () => undefined)).toThrow(
    /token.*is missing/,
  );
});
