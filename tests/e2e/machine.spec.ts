import protobuf from "protobufjs/minimal.js";
import { encodeRequest } from "~/server/remote-write/encode";
import { expect, test } from "../helpers/hydrated";
import { watch } from "../helpers/page";
import { eventually, getJson, type StartedServer, startServer } from "../helpers/server";
import { startWrittenEngine } from "../helpers/written-engine";

let engine: Awaited<ReturnType<typeof startWrittenEngine>>;
let writer: StartedServer;
let reader: StartedServer;

/** A program that has used a core for a minute: a real one would have to run for as long. */
function madeUpProgram(machine: string): Buffer {
  const writer = protobuf.Writer.create();
  const labels = {
    __name__: "hostscope_contributor_cpu_ratio",
    instance: machine,
    job: "hostscope",
    program: "made-up",
    user: "ann",
  };
  for (const [name, value] of Object.entries(labels))
    writer.uint32(10).fork().uint32(10).string(name).uint32(18).string(value).ldelim();
  const begin = Math.floor(Date.now() / 1000) * 1000 - 60_000;
  const samples = Array.from({ length: 600 }, (_, second) => ({ at: begin + second * 1000, value: 1 }));
  return Buffer.from(encodeRequest([{ head: writer.finish(), samples }]));
}

test.beforeAll(async () => {
  engine = await startWrittenEngine();
  engine.write(madeUpProgram("web-2"));
  writer = await startServer({
    config: `remote_write:
  - {url: "${engine.writeUrl}", interval: 1s, external_labels: {instance: web-2}}
server: {public_url: "https://monitor.example.org/web-2"}
`,
  });
  reader = await startServer({ config: `fleet: {query_url: "${engine.url}"}\n` });
  await eventually(async () => {
    const asked = `${reader.url}/api/metrics/history/system.cpu.utilization?hours=0.02&points=60&machine=web-2`;
    const { series } = await getJson<{ series: { values: (number | null)[] }[] }>(asked);
    return (series[0]?.values.filter((value) => value !== null).length ?? 0) > 8;
  });
});

test.afterAll(async () => {
  await reader[Symbol.asyncDispose]();
  await writer[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

test("from Machines to the contributor of a spike on another machine takes two clicks", async ({ page }) => {
  await page.goto(reader.url);
  await expect(page).toHaveURL(`${reader.url}/machines`);
  await page.getByRole("link", { name: "web-2", exact: true }).first().click();
  await expect(page).toHaveURL(/\/\?machine=web-2/);
  const chart = page.getByRole("figure", { name: /^CPU:/ });
  await expect.poll(async () => Number(await chart.locator("[data-points]").getAttribute("data-points"))).toBeGreaterThan(5);
  await chart.scrollIntoViewIfNeeded();
  const box = (await chart.locator(".u-over").boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.click(box.x + box.width - 4, box.y + box.height / 2);
  await expect(page).toHaveURL(/\/performance\?.*machine=web-2/);
  await expect(page.getByTestId("why")).toContainText("made-up");
});

test("another machine's page says whose it is, leads to its own pages at the same range, and has what an engine knows", async ({
  page,
}) => {
  const { complaints } = watch(page, reader);
  await page.goto(`${reader.url}/?machine=web-2&range=1h`);
  const note = page.getByRole("note");
  await expect(note).toContainText("Data that web-2 writes to the engine every 1 s");
  await expect(note.getByRole("link", { name: "Open on web-2" })).toHaveAttribute(
    "href",
    "https://monitor.example.org/web-2/?range=1h",
  );
  await expect(page.getByTestId("status")).toContainText("Live");
  const menu = page.getByRole("navigation").getByRole("link");
  await expect(menu).toHaveText(["Machines", "Overview", "Performance"]);
  await expect(page.getByRole("button", { name: "Silence" })).toHaveCount(0);
  await menu.filter({ hasText: "Performance" }).click();
  await expect(page).toHaveURL(/\/performance\?.*machine=web-2/);
  await expect(page.getByRole("heading", { name: "Performance" })).toBeVisible();
  await page.getByRole("note").getByRole("link", { name: "All machines" }).click();
  await expect(page).toHaveURL(/\/machines/);
  expect(complaints).toEqual([]);
});

test("a machine that cannot be shown is named, with the way back; this machine's Overview is a click away", async ({ page }) => {
  await page.goto(`${reader.url}/?machine=nobody`);
  await expect(page.getByRole("heading", { name: "Couldn't show this machine" })).toBeVisible();
  await expect(page.getByText("There is no machine nobody in the fleet engine")).toBeVisible();
  await page.getByRole("link", { name: "This machine" }).click();
  await expect(page).toHaveURL(/\/\?here=1/);
});
