/** A link in a message acknowledges one alert, once, without a login, and only when somebody presses its button. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually, type StartedServer, startServer } from "../helpers/server";

interface Received {
  link: string;
  text: string;
  alerts: { id: string; acknowledge: string | null }[];
}

const received: Received[] = [];
const hook = createServer((request, response) => {
  let body = "";
  request.on("data", (part) => (body += part));
  request.on("end", () => {
    received.push(JSON.parse(body) as Received);
    response.end();
  });
});
let server: StartedServer;

beforeAll(async () => {
  await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", resolve));
  server = await startServer({
    config: `
server:
  public_url: https://mon.example.org
alerts:
  group_wait: 1s
  rules:
    - {name: any process, metric: system.process.count, match: {process.state: sleeping}, aggregate: last, window: 0, warning: 1}
notifications:
  webhook:
    url: http://127.0.0.1:${(hook.address() as AddressInfo).port}/
`,
  });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  hook.close();
});

test("GET shows a button, POST acknowledges once, a changed link and another site do nothing", async () => {
  await eventually(async () => received.length > 0);
  const [message] = received;
  const [alert] = message?.alerts ?? [];
  expect(message?.link).toBe(`https://mon.example.org/alerts?alert=${alert?.id}`);
  expect(alert?.acknowledge).toMatch(/^https:\/\/mon\.example\.org\/api\/acknowledge\?alert=/);
  expect(message?.text).toContain(`Acknowledge: ${alert?.acknowledge}`);
  const { pathname, search } = new URL(alert?.acknowledge ?? "");
  const ask = async (
    method: "GET" | "POST",
    { query = search, headers = {} }: { query?: string; headers?: Record<string, string> } = {},
  ) => {
    const response = await fetch(`${server.url}${pathname}${query}`, { method, headers });
    return { status: response.status, text: await response.text(), policy: response.headers.get("content-security-policy") };
  };
  // What a mail scanner does, and what somebody in a web mail does.
  const opened: Record<string, string>[] = [{}, { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }];
  for (const headers of opened) {
    const shown = await ask("GET", { headers });
    expect(shown).toMatchObject({ status: 200, text: expect.stringContaining("<button>Acknowledge</button>") });
    expect(shown.text).toContain("any process");
    expect(shown.policy).toContain("form-action 'self'");
  }
  expect(await ask("POST", { headers: { origin: "https://evil.example.org", "sec-fetch-site": "cross-site" } })).toMatchObject({
    status: 403,
  });
  for (const query of [search.replace(/signature=.../, "signature=AAA"), search.replace(/made=\d/, "made=9"), "", "?alert=x"]) {
    expect(await ask("POST", { query })).toMatchObject({ status: 400, text: expect.stringContaining("not valid") });
  }
  expect((await ask("GET")).text).toContain("<button>");
  // What a browser sends for the button of that page.
  const button = { headers: { origin: "null", "sec-fetch-site": "same-origin" } };
  expect(await ask("POST", button)).toMatchObject({ status: 200, text: expect.stringContaining("Acknowledged.") });
  expect((await ask("GET")).text).toContain("Already acknowledged by ");
  expect((await ask("POST")).text).toContain("Already acknowledged by");
  // Everything else of the API still needs a login.
  expect((await fetch(`${server.url}/api/alerts`)).status).toBe(401);
});
