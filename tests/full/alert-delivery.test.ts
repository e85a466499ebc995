/**
 * A thousand alerts over fifty kills, to receivers that greylist, do not answer, are busy, fail, and break off in the middle of an answer:
 * none is lost, none arrives out of order, and what was answered is sent again at most once a kill.
 */
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";
import { afterAll, expect, test } from "vitest";
import { seeded } from "../../scripts/recording";
import { drawSeed } from "../helpers/properties";
import { eventually, startServer } from "../helpers/server";

const KILLS = 50;
const RULES = ["a", "b"];
const SERIES_A_KILL = 10;
const ALERTS = KILLS * SERIES_A_KILL * RULES.length;
/** All webhooks and mail have this long after the last kill. */
const PATIENCE_MS = 600_000;

interface Taken {
  key: string;
  digest: string;
  /** False when the receiver broke off: whoever sent it cannot know that it has arrived. */
  answered: boolean;
  /** `rule one=7`, and what was told of it. */
  items: { about: string; kind: string }[];
}

interface Receiver {
  name: string;
  taken: Taken[];
}

const ending: (() => void)[] = [];
afterAll(() => {
  for (const end of ending) end();
});

type Fault = "busy" | "failing" | "half" | "silent";

/** Every third post goes wrong in the receiver's own way; of the silent one, which costs its sender ten seconds, every tenth. */
async function webhook(fault: Fault): Promise<Receiver & { server: Server }> {
  const made = { name: fault, taken: [] as Taken[], server: createServer() };
  let count = 0;
  made.server.on("request", (request, response) => {
    let body = "";
    request.on("data", (text) => (body += text));
    request.on("end", () => {
      const fails = ++count % (fault === "silent" ? 10 : 3) === 0;
      if (fails && fault === "busy") return response.writeHead(429, { "retry-after": "1" }).end();
      if (fails && fault === "failing") return response.writeHead(500).end();
      const { key, alerts } = JSON.parse(body) as { key: string; alerts: { rule: string; kind: string; about: string[] }[] };
      made.taken.push({
        key,
        digest: createHash("sha256").update(body).digest("hex"),
        answered: !fails,
        items: alerts.map(({ rule, kind, about }) => ({ about: `${rule} ${about.join(" ")}`, kind })),
      });
      if (!fails) return response.writeHead(200).end("noted");
      if (fault === "half")
        return response.writeHead(200, { "content-length": 1000 }).write("half", () => request.socket.destroy());
    });
  });
  await new Promise<void>((listening) => made.server.listen(0, "127.0.0.1", () => listening()));
  ending.push(() => {
    made.server.closeAllConnections();
    made.server.close();
  });
  return made;
}

/** A mail server that does not know its senders yet: every other mail is put off once. */
async function greylisting(): Promise<Receiver & { port: number }> {
  const taken: Taken[] = [];
  let count = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onRcptTo: (_address, _session, done) => {
      if (++count % 2 === 1) return done(Object.assign(new Error("greylisted, come again"), { responseCode: 450 }));
      done();
    },
    onData: (stream, _session, done) => {
      simpleParser(stream).then((mail) => {
        const text = mail.text ?? "";
        const items = [
          ...text.matchAll(
            /^(Resolved: |Now critical: )?(?:\[\w+\] )?(?:Still firing: |Flapping: )?([ab] one=\d+) (?:at|back|no longer)/gm,
          ),
        ];
        taken.push({
          key: mail.messageId ?? "",
          digest: createHash("sha256").update(text).digest("hex"),
          answered: true,
          items: items.map(([, verb = "", about = ""]) => ({ about, kind: verb.startsWith("Resolved") ? "resolved" : "fired" })),
        });
        done();
      }, done);
    },
  });
  server.on("error", () => {});
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", () => listening()));
  ending.push(() => server.close());
  return { name: "greylisting", taken, port: (server.server.address() as AddressInfo).port };
}

/** What somebody has heard of each alert, in order; a message that came again is heard once. */
function heardOf(taken: readonly Taken[]): Map<string, string[]> {
  const heard = new Map<string, string[]>();
  const known = new Set<string>();
  for (const { key, items } of taken) {
    if (known.has(key)) continue;
    known.add(key);
    for (const { about, kind } of items) heard.set(about, [...(heard.get(about) ?? []), kind]);
  }
  return heard;
}

const about = (rule: string, series: number) => `${rule} one=${series}`;

test(`${ALERTS} alerts, ${KILLS} kill -9, five faulty receivers: none lost, none out of order, at most one twice a kill`, async () => {
  const hooks = await Promise.all((["busy", "failing", "half", "silent"] as const).map(webhook));
  const mail = await greylisting();
  const config = `
alerts:
  group_by: [...]
  group_wait: 0s
  group_interval: 1s
  rules:
${RULES.map((name) => `    - {name: ${name}, metric: storm, aggregate: last, window: 0, warning: 10, no_data: keep}`).join("\n")}
notifications:
  email: {smtp_server: localhost, smtp_port: ${mail.port}, tls: none, to_addresses: [ops@example.org]}
  webhook:
${hooks.map(({ name, server }) => `    - {name: ${name}, url: "http://127.0.0.1:${(server.address() as AddressInfo).port}/"}`).join("\n")}
`;
  const random = seeded(drawSeed());
  let server = await startServer({ config });
  const push = async (series: readonly number[], value: number) => {
    const items = series.map((one) => ({ metric: "storm", value, tags: { one: String(one) } }));
    const response = await fetch(`${server.url}/api/metrics/custom`, { method: "POST", body: JSON.stringify(items) });
    expect(response.status).toBe(200);
  };
  const ended: number[] = [];
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const wave = Array.from({ length: SERIES_A_KILL }, (_, index) => kill * SERIES_A_KILL + index);
      const over = wave.filter((series) => series % 2 === 0 && kill > 0).map((series) => series - SERIES_A_KILL);
      await push(wave, 99);
      if (over.length > 0) await push(over, 1);
      ended.push(...over);
      const expected = ((kill + 1) * SERIES_A_KILL - ended.length) * RULES.length;
      await eventually(async () => (await firing(server.url)) === expected, 60_000);
      await sleep(Math.floor(1500 * random()));
      await server.kill("SIGKILL");
      server = await startServer({ folder: server.folder, config });
    }
    const all = RULES.flatMap((rule) => Array.from({ length: KILLS * SERIES_A_KILL }, (_, series) => about(rule, series)));
    const over = new Set(RULES.flatMap((rule) => ended.map((series) => about(rule, series))));
    for (const { name, taken } of [...hooks, mail]) {
      const isDone = () => {
        const heard = heardOf(taken);
        return all.every((one) => heard.has(one) && (!over.has(one) || heard.get(one)?.at(-1) === "resolved"));
      };
      await eventually(async () => isDone(), PATIENCE_MS);
      const heard = heardOf(taken);
      expect([...heard.keys()].sort()).toEqual([...all].sort());
      const outOfOrder = [...heard].filter(
        ([, kinds]) => kinds.lastIndexOf("fired") > kinds.indexOf("resolved") && kinds.includes("resolved"),
      );
      expect(outOfOrder).toEqual([]);
      // Of a mail that was put off and sent with what was new, a kill in between sends what was new once more.
      const again = [...heard.values()].filter((kinds) => kinds.length > new Set(kinds).size).length;
      expect(again).toBeLessThanOrEqual(KILLS * 2 * SERIES_A_KILL * RULES.length);
      // A message that comes again is identical byte for byte, and comes only if its sender may not have heard the answer.
      const digests = new Map<string, Set<string>>();
      const answered = new Set<string>();
      let twice = 0;
      for (const { key, digest, answered: isAnswered } of taken) {
        digests.set(key, (digests.get(key) ?? new Set()).add(digest));
        if (answered.has(key)) twice++;
        if (isAnswered) answered.add(key);
      }
      expect([...digests.values()].filter((texts) => texts.size > 1)).toEqual([]);
      console.log(
        `${name}: ${taken.length} messages taken, ${digests.size} different, ${twice} twice, ${again} alerts told again; lost 0, out of order 0`,
      );
      expect(twice).toBeLessThanOrEqual(KILLS);
    }
  } finally {
    await server[Symbol.asyncDispose]();
  }
});

/** How many of the storm's alerts fire. */
async function firing(url: string): Promise<number> {
  const response = await fetch(`${url}/api/alerts?hours=24&state=firing&limit=1000`);
  const { alerts } = (await response.json()) as { alerts: { rule: string }[] };
  return alerts.filter(({ rule }) => RULES.includes(rule)).length;
}
