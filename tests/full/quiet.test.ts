/** Runs the shipped rules on this machine. Leave it idle meanwhile: on a busy machine they fire rightly. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { getJson, startServer } from "../helpers/server";

const MINUTES = 30;

test(
  `${MINUTES} minutes of a quiet machine are no message`,
  async () => {
    const messages: string[] = [];
    const sink = createServer((request, response) => {
      let body = "";
      request.on("data", (part) => (body += part));
      request.on("end", () => {
        messages.push(body);
        response.end();
      });
    });
    await new Promise<void>((resolve) => sink.listen(0, "127.0.0.1", resolve));
    const { port } = sink.address() as AddressInfo;
    await using server = await startServer({ config: `notifications:\n  webhook:\n    url: http://127.0.0.1:${port}/\n` });
    await sleep(MINUTES * 60_000);
    const { alerts } = await getJson<{ alerts: unknown[] }>(`${server.url}/api/alerts?hours=1`);
    const body = JSON.stringify({ channel: "webhook" });
    const tried = await fetch(`${server.url}/api/notifications/test`, { method: "POST", body });
    await tried.text();
    sink.close();
    expect(alerts).toEqual([]);
    // The channel test sends the last ones, which proves that the sink was listening.
    expect(messages.filter((text) => !/test/i.test(text))).toEqual([]);
    expect(messages.length).toBeGreaterThan(0);
  },
  (MINUTES + 5) * 60_000,
);
