/** The link of a message, as the person presses its button who got the message. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@playwright/test";
import { eventually, startServer } from "../helpers/server";

test("the button behind the link of a message acknowledges the alert without a login", async ({ page }) => {
  const links: string[] = [];
  const hook = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      const { alerts } = JSON.parse(body) as { alerts: { acknowledge: string | null }[] };
      links.push(...alerts.flatMap(({ acknowledge }) => acknowledge ?? []));
      response.end();
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", resolve));
  await using server = await startServer({
    config: `
server: {public_url: "https://mon.example.org"}
alerts:
  group_wait: 1s
  rules: [{name: any process, metric: system.process.count, match: {process.state: sleeping}, aggregate: last, window: 0, warning: 1}]
notifications: {webhook: {url: "http://127.0.0.1:${(hook.address() as AddressInfo).port}/"}}
`,
  });
  const { pathname, search } = new URL(await eventually(async () => links[0] ?? false));
  await page.goto(server.url + pathname + search);
  await page.getByRole("button").click();
  await expect(page.getByText("Acknowledged.")).toBeVisible();
  hook.close();
});
