import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ContainerFacts } from "~/domain/container";
import type { Series } from "~/domain/sample";
import { startEngine } from "../../../tests/helpers/engine";
import { ContainerDirectory } from "./directory";

const ID = "3f2a91c07d44";
const OTHER = "b81dd0f95c3e";
const MINUTE = 60_000;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "hostscope-names-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const seriesOf = (...ids: string[]): Series[] =>
  ids.map((id) => ({ metric: "container.cpu.time", labels: { "container.runtime": "docker", "container.id": id } }));

const listed = (id: string, name: string) => ({ Id: id.padEnd(64, "0"), Names: [`/${name}`], Image: "nginx:1.27" });

function directoryOf(kept: ContainerFacts[] = [], socket = "auto") {
  const onError = vi.fn();
  const records = {
    list: async () => kept,
    save: async (changed: readonly ContainerFacts[]) => {
      kept.push(...changed);
    },
  };
  return {
    onError,
    kept,
    directory: new ContainerDirectory({ roots: { proc: "", sys: "", host: root }, socket, records, onError }),
  };
}

/** Ticks until the answers are in. */
async function after(directory: ContainerDirectory, series: Series[], ms: number): Promise<void> {
  directory.tick(series, ms, 1_790_000_000_000 + ms);
  await vi.waitFor(() => expect((directory as unknown as { isAsking: boolean }).isAsking).toBe(false), { timeout: 60_000 });
}

test("a new container is asked for once, a rename is seen within a minute, and one of the past keeps its name", async () => {
  await using engine = await startEngine(join(root, "run/docker.sock"), [listed(ID, "web")]);
  const { directory, kept } = directoryOf();
  const running = seriesOf(ID);
  await after(directory, running, 0);
  expect(directory.nameOf(ID)).toBeUndefined();
  await after(directory, running, 2000);
  await after(directory, running, 3000);
  expect([directory.nameOf(ID), engine.asked]).toEqual(["web", ["GET /containers/json"]]);

  engine.containers[0] = listed(ID, "web-old");
  await after(directory, running, 30_000);
  expect(directory.nameOf(ID)).toBe("web");
  await after(directory, running, 2000 + MINUTE);
  expect([directory.nameOf(ID), engine.asked.length]).toEqual(["web-old", 2]);

  engine.containers.pop();
  const { directory: next } = directoryOf(kept.slice().reverse());
  await next.restore();
  expect(next.nameOf(ID)).toBe("web-old");
});

test("an engine that answers with another protocol is given up", async () => {
  const socket = join(root, "run/docker.sock");
  mkdirSync(join(root, "run"), { recursive: true });
  const server = createServer((one) => one.end("HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"));
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const { directory } = directoryOf();
  const running = seriesOf(ID);
  await after(directory, running, 0);
  await after(directory, running, 2000);
  expect(directory.absences()[0]?.reason).toContain("does not speak HTTP");
  server.close();
});

test("a pushed reading with a container's label is no container", async () => {
  await using engine = await startEngine(join(root, "run/docker.sock"), [listed(ID, "web")]);
  const { directory } = directoryOf();
  const pushed = seriesOf(ID).map((one) => ({ ...one, metric: "c.x" }));
  await after(directory, pushed, 0);
  await after(directory, pushed, 5000);
  expect(engine.asked).toEqual([]);
});

test("a name cannot control a terminal, nor be as long as it likes", async () => {
  const name = `/we\u001b[31mb\u202e${"x".repeat(5000)}`;
  await using _engine = await startEngine(join(root, "run/docker.sock"), [{ ...listed(ID, ""), Names: [name] }]);
  const { directory } = directoryOf();
  const running = seriesOf(ID);
  await after(directory, running, 0);
  await after(directory, running, 2000);
  expect(directory.nameOf(ID)).toBe(`we[31mb${"x".repeat(193)}`);
});

test("without containers nobody is asked", async () => {
  await using engine = await startEngine(join(root, "run/docker.sock"), []);
  const { directory } = directoryOf();
  for (let minute = 0; minute < 5; minute++) await after(directory, [], minute * MINUTE);
  expect(engine.asked).toEqual([]);
});

test("off asks nobody, and a path asks there", async () => {
  await using docker = await startEngine(join(root, "run/docker.sock"), [listed(ID, "web")]);
  await using own = await startEngine(join(root, "own.sock"), [listed(ID, "mine")]);
  const { directory } = directoryOf([], "off");
  const running = seriesOf(ID);
  await after(directory, running, 0);
  await after(directory, running, 2000);
  expect([directory.nameOf(ID), directory.absences()]).toEqual([undefined, []]);
  directory.configure(join(root, "own.sock"));
  await after(directory, running, 3000);
  expect([directory.nameOf(ID), docker.asked, own.asked.length]).toEqual(["mine", [], 1]);
});

test("names of pods are those of the kubelet's log folder", async () => {
  const logs = join(root, "var/log/containers");
  mkdirSync(logs, { recursive: true });
  symlinkSync("/nowhere", join(logs, `cart-7d9f4_shop_app-${ID.padEnd(64, "0")}.log`));
  symlinkSync("/nowhere", join(logs, "not a pod.log"));
  const { directory } = directoryOf();
  const running = seriesOf(ID);
  await after(directory, running, 0);
  await after(directory, running, 2000);
  expect(directory.nameOf(ID)).toBe("shop/cart-7d9f4: app");
});

test("a socket that this user may not use is named, with what to do", async () => {
  const socket = join(root, "run/docker.sock");
  await using _engine = await startEngine(socket, [listed(ID, "web")]);
  chmodSync(socket, 0);
  chmodSync(root, 0o755);
  const { directory } = directoryOf();
  const running = seriesOf(ID);
  // To root every socket is open.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await after(directory, running, 0);
    await after(directory, running, 2000);
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
  expect(directory.absences()).toEqual([
    {
      what: "container names",
      reason: `no permission to read ${socket}; add this user to the docker group, which is equivalent to root, or set containers.socket to off`,
    },
  ]);
});

test("a container that nobody can name says why, until it is gone", async () => {
  const { directory } = directoryOf();
  const running = seriesOf(OTHER);
  await after(directory, running, 0);
  await after(directory, running, 2000);
  expect(directory.absences().map(({ reason }) => reason)).toEqual([
    "no Docker or Podman socket at the usual path; set containers.socket",
  ]);
  await after(directory, [], 3000);
  expect(directory.absences()).toEqual([]);
});
