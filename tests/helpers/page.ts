/** Shared helpers of the browser tests. */
import { expect, type Locator, type Page } from "@playwright/test";
import { eventually, getJson, type StartedServer } from "./server";

/** Collects console errors, page errors and requests to other servers. */
export function watch(page: Page, server: Pick<StartedServer, "url">): { complaints: string[] } {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url())) complaints.push(request.url());
  });
  return { complaints };
}

/** Records the page's requests from now on, except data: URLs; `bytes` is the body size as transferred. */
export async function transfers(page: Page): Promise<() => { type: string; bytes: number }[]> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const requests = new Map<string, { type: string; head: number; bytes: number }>();
  session.on("Network.requestWillBeSent", ({ requestId, type, request }) => {
    if (!request.url.startsWith("data:")) requests.set(requestId, { type: type ?? "", head: 0, bytes: 0 });
  });
  session.on("Network.responseReceived", ({ requestId, response }) => {
    const request = requests.get(requestId);
    if (request) request.head = response.encodedDataLength;
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const request = requests.get(requestId);
    if (request) request.bytes = encodedDataLength - request.head;
  });
  return () => [...requests.values()];
}

/** Waits until the server has some seconds of history. */
export async function withHistory(server: Pick<StartedServer, "url">, seconds = 8): Promise<void> {
  await eventually(async () => {
    const { timestamps, series } = await getJson<{ timestamps: number[]; series: { values: (number | null)[] }[] }>(
      `${server.url}/api/metrics/history/system.memory.utilization?hours=0.1&points=2000`,
    );
    return timestamps.filter((_time, index) => (series[0]?.values[index] ?? null) !== null).length > seconds;
  });
}

export function chart(page: Page, name: RegExp): Locator {
  return page.getByRole("figure", { name });
}

/** Position of a chart once all charts in view have loaded and the layout is stable. */
export async function settledBox(page: Page, name: RegExp) {
  await expect(chart(page, name)).toBeVisible();
  await expect(page.getByRole("status", { name: /^Loading/ })).toHaveCount(0);
  await chart(page, name).scrollIntoViewIfNeeded();
  const box = await chart(page, name).evaluate(async (element) => {
    const place = () => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x, y, width, height };
    };
    const same = (a: object, b: object) => JSON.stringify(a) === JSON.stringify(b);
    let before = place();
    for (let still = 0; still < 30; ) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = place();
      still = same(now, before) ? still + 1 : 0;
      before = now;
    }
    return before;
  });
  return box;
}

/** Counts what a page draws and creates from its start. Unlike times, the counts do not depend on the machine's load. */
export interface Drawn {
  /** Canvas redraws; a chart clears its canvas once for each. */
  canvases: number;
  /** Table rows added to the page. */
  rows: number;
  /** Date formats created, which is slow. */
  dateFormats: number;
}

/** Call before opening the page. */
export async function countDrawing(page: Page): Promise<() => Promise<Drawn>> {
  await page.addInitScript(() => {
    const drawn = { canvases: 0, rows: 0, dateFormats: 0 };
    Object.assign(window, { drawn });
    const { clearRect } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.clearRect = function (...box) {
      drawn.canvases++;
      return clearRect.apply(this, box);
    };
    Intl.DateTimeFormat = new Proxy(Intl.DateTimeFormat, {
      construct(target, args) {
        drawn.dateFormats++;
        return Reflect.construct(target, args);
      },
    });
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const node of addedNodes) if (node instanceof Element && node.getAttribute("role") === "row") drawn.rows++;
    }).observe(document, { subtree: true, childList: true });
  });
  return () => page.evaluate(() => ({ ...(window as unknown as { drawn: Drawn }).drawn }));
}

/** Drags across the right end of a chart, where the newest readings are. */
export async function dragOver(page: Page, name: RegExp): Promise<void> {
  const box = await settledBox(page, name);
  await page.mouse.move(box.x + box.width * 0.7, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.985, box.y + 60, { steps: 5 });
  await page.mouse.up();
}
