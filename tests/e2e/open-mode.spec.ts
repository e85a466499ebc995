import { readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "../helpers/hydrated";
import { startServer } from "../helpers/server";

/** Passes requests on with a Host of its own and without X-Forwarded-For, as a bare `proxy_pass` does. */
function bareProxy(upstream: string) {
  const { hostname, port, host } = new URL(upstream);
  return createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const passed = request({ hostname, port, method, path: url, headers: { ...headers, host } }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    outgoing.on("close", () => passed.destroy());
    incoming.pipe(passed);
  });
}

async function listening(server: ReturnType<typeof createServer>): Promise<{ origin: string } & AsyncDisposable> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test("a page behind a proxy that hides it ends the open mode for everybody", async ({ page }) => {
  await using server = await startServer();
  expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
  await using proxy = await listening(bareProxy(server.url));
  await page.goto(proxy.origin);
  await expect(page).toHaveURL(/\/login/);
  await expect(page.getByLabel("Password")).toBeVisible();
  expect((await fetch(`${server.url}/api/health`)).status).toBe(401);
  expect(readFileSync(join(server.dataDir, "login-required"), "utf8")).toContain(new URL(proxy.origin).host);
});

test("a link on a page of another site leads to the page that it names", async ({ page }) => {
  await using server = await startServer();
  const wiki = createServer((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<!doctype html><title>Wiki</title><a href="${server.url}/alerts">Alerts</a>`);
  });
  await using site = await listening(wiki);
  await page.goto(site.origin.replace("127.0.0.1", "localhost"));
  await page.getByRole("link", { name: "Alerts" }).click();
  await expect(page).toHaveURL(`${server.url}/alerts`);
  await expect(page.getByRole("heading", { level: 1 })).not.toBeEmpty();
});
