import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { seeded } from "../../scripts/recording";
import { drawSeed } from "../helpers/properties";
import { eventually, startServer } from "../helpers/server";

const KILLS = 30;
const SERIES_A_KILL = 6;
const RULES = ["a", "b", "c"];
const ALERTS = KILLS * SERIES_A_KILL * RULES.length;

interface Receiver {
  server: Server;
  /** Messages answered with 200, in order: idempotency key, digest and alert ids. */
  taken: { key: string; digest: string; ids: string[] }[];
}

const receivers: Receiver[] = [];

/** A receiver that fails a third of the posts in its own way: an error, a connection closed after the body, or a late answer. */
async function receiver(fault: "error" | "break" | "late"): Promise<Receiver> {
  const made: Receiver = { server: createServer(), taken: [] };
  let count = 0;
  made.server.on("request", (request, response) => {
    let body = "";
    request.on("data", (text) => (body += text));
    request.on("end", () => {
      const take = () => {
        const { key, alerts } = JSON.parse(body) as { key: string; alerts: { id: string }[] };
        const digest = createHash("sha256").update(body).digest("hex");
        made.taken.push({ key, digest, ids: alerts.map(({ id }) => id) });
        response.writeHead(200).end("noted");
      };
      if (++count % 3 !== 0) return take();
      if (fault === "error") response.writeHead(count % 2 === 0 ? 503 : 429, { "retry-after": "1" }).end();
      else if (fault === "break") request.socket.destroy();
      else setTimeout(take, 800);
    });
  });
  await new Promise<void>((listening) => made.server.listen(0, "127.0.0.1", () => listening()));
  receivers.push(made);
  return made;
}

afterAll(() => {
  for (const { server } of receivers) {
    server.closeAllConnections();
    server.close();
  }
});

test(`${ALERTS} alerts, ${KILLS} kill -9, three faulty receivers: none lost, at most one duplicate a kill, with the same key`, async () => {
  const hooks = await Promise.all((["error", "break", "late"] as const).map(receiver));
  const config = `
alerts:
  group_wait: 0s
  group_interval: 1s
  rules:
${RULES.map((name) => `    - {name: ${name}, metric: storm, aggregate: last, window: 0, warning: 10, keep_firing_for: 1h, no_data: keep}`).join("\n")}
notifications:
  webhook:
${hooks.map(({ server }) => `    - url: http://127.0.0.1:${(server.address() as AddressInfo).port}/`).join("\n")}
`;
  const random = seeded(drawSeed());
  let server = await startServer({ config });
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const raised = (kill + 1) * SERIES_A_KILL;
      const items = Array.from({ length: SERIES_A_KILL }, (_, index) => ({
        metric: "storm",
        value: 99,
        tags: { one: String(raised - SERIES_A_KILL + index) },
      }));
      await fetch(`${server.url}/api/metrics/custom`, { method: "POST", body: JSON.stringify(items) });
      await eventually(async () => (await firing(server.url)).length >= raised * RULES.length, 20_000);
      await sleep(Math.floor(1500 * random()));
      await server.kill("SIGKILL");
      server = await startServer({ folder: server.folder, config });
    }
    const ids = new Set(await firing(server.url));
    expect(ids.size).toBe(ALERTS);
    for (const { taken } of hooks) {
      await eventually(async () => new Set(taken.flatMap((one) => one.ids)).size >= ALERTS, 120_000);
      expect(new Set(taken.flatMap((one) => one.ids))).toEqual(ids);
      const byKey = new Map<string, Set<string>>();
      for (const { key, digest } of taken) byKey.set(key, (byKey.get(key) ?? new Set()).add(digest));
      // A repeated message is identical byte for byte.
      expect([...byKey.values()].every((digests) => digests.size === 1)).toBe(true);
      const duplicates = taken.length - byKey.size;
      console.log(`${taken.length} messages taken, ${duplicates} of them twice`);
      expect(duplicates).toBeLessThanOrEqual(KILLS);
      // No alert appears in two different messages.
      const messagesOf = new Map<string, Set<string>>();
      for (const one of taken) for (const id of one.ids) messagesOf.set(id, (messagesOf.get(id) ?? new Set()).add(one.key));
      expect([...messagesOf.values()].filter((keys) => keys.size > 1)).toEqual([]);
    }
  } finally {
    await server[Symbol.asyncDispose]();
  }
});

/** Ids of the storm's firing alerts. */
async function firing(url: string): Promise<string[]> {
  const answer = (await (await fetch(`${url}/api/alerts?hours=24&state=firing&limit=1000`)).json()) as {
    alerts: { id: string; rule: string }[];
  };
  return answer.alerts.flatMap(({ id, rule }) => (RULES.includes(rule) ? [id] : []));
}
