/** Below a path of somebody else's server: pages, files, API, stream and links, behind nginx that keeps the path or takes it off. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { freePort } from "../helpers/free-port";
import { PASSWORD, startWithUsers } from "../helpers/login";
import { ask, startNginx } from "../helpers/nginx";
import { eventually } from "../helpers/server";

const FILE = /\/[\w/.-]*_next\/static\/[\w/.~-]+\.(?:js|css|woff2)/g;

test("https://example.org/monitor/ works behind nginx", async () => {
  const config = "server:\n  public_url: https://monitor.example.org/monitor/\n  trusted_proxies: [127.0.0.1]\n";
  const { server: started } = await startWithUsers(config);
  await using server = started;
  for (const takesOff of [false, true]) {
    const folder = join(server.folder, `nginx-${takesOff}`);
    const nginx = await startNginx({ upstream: server.port, port: await freePort(), folder, path: "/monitor/", takesOff });
    try {
      const stranger = await eventually(async () => ask(nginx.port, "/monitor/alerts"));
      expect(stranger).toMatchObject({ status: 303, headers: { location: "/monitor/login?next=%2Falerts" } });
      const login = await ask(nginx.port, "/monitor/login?next=%2Falerts");
      expect(login.status).toBe(200);
      expect(login.body).toContain('data-base-path="/monitor"');
      const files = [...new Set(login.body.match(FILE))];
      expect(files.length).toBeGreaterThan(3);
      for (const file of files) {
        expect(file).toMatch(/^\/monitor\/_next\//);
        expect((await ask(nginx.port, file)).status).toBe(200);
      }
      const session = await ask(nginx.port, "/monitor/api/auth/sign-in/username", {
        method: "POST",
        headers: { "content-type": "application/json", origin: "https://monitor.example.org" },
        body: JSON.stringify({ username: "ann", password: PASSWORD }),
      });
      expect(session.status).toBe(200);
      // A cookie with another path is not sent back by a browser.
      for (const cookie of [session.headers["set-cookie"] ?? []].flat())
        expect(/; Path=([^;]*)/i.exec(cookie)?.[1]).toMatch(/^\/(?:$|monitor)/);
      const headers = {
        cookie: [session.headers["set-cookie"] ?? []]
          .flat()
          .map((one) => one.split(";")[0])
          .join("; "),
      };
      for (const path of [
        "/monitor",
        "/monitor/performance",
        "/monitor/docs/alerts",
        "/monitor/api/docs",
        "/monitor/api/health",
        "/monitor/metrics",
      ]) {
        expect(await ask(nginx.port, path, { headers })).toMatchObject({ status: path === "/monitor" && takesOff ? 301 : 200 });
      }
      expect(await ask(nginx.port, "/monitor/?range=1h", { headers })).toMatchObject({ status: 200 });
      const page = await ask(nginx.port, "/monitor/performance", { headers });
      expect(page.body).toContain('href="/monitor/alerts');
      expect(page.body).not.toMatch(/(?:href|src)="\/(?!monitor)/);
      const live = await ask(nginx.port, "/monitor/api/stream", { headers, enough: (text) => text.includes("event: sample") });
      expect(live.body).toContain("event: snapshot");
      const docs = await ask(nginx.port, "/monitor/api/docs", { headers });
      expect(docs.body).toContain("https://monitor.example.org/monitor/api/alerts");
    } finally {
      await nginx.stop();
    }
  }
});
