/** The files of this very process, on a real kernel. */

import { once } from "node:events";
import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runAtOnce, runInSlices } from "../slices";
import { parseMountRows } from "./mount-table";
import { filesWrittenOn } from "./open-files";
import { readSocketUse } from "./socket-owners";

const roots = { proc: "/proc", sys: "/sys", host: "" };
const MIB = 2 ** 20;

/** The mount that a folder is on. */
function mountpointOf(folder: string): string {
  const rows = parseMountRows(readFileSync("/proc/self/mountinfo", "latin1"));
  const above = rows.filter(({ mountpoint }) => mountpoint === "/" || `${folder}/`.startsWith(`${mountpoint}/`));
  return above.sort((a, b) => b.mountpoint.length - a.mountpoint.length)[0]?.mountpoint ?? "/";
}

test("a file that grows between two looks is told with its process, one that is only read is not", async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "hostscope-files-")));
  const [log, read] = [join(folder, "debug.log"), join(folder, "read.txt")];
  appendFileSync(read, "x");
  const [file, other] = [openSync(log, "a"), openSync(read, "r")];
  onTestFinished(() => {
    closeSync(file);
    closeSync(other);
    rmSync(folder, { recursive: true });
  });
  const watched = {
    mountpoint: mountpointOf(folder),
    pids: [process.pid, 2 ** 22 + 1],
    run: <Result>(work: Generator<undefined, Result>) => runInSlices(work),
    pause: async () => {
      writeSync(file, Buffer.alloc(4 * MIB, 7));
    },
  };
  const found = await filesWrittenOn(roots, watched);
  const own = found?.files.filter(({ path }) => path.startsWith(folder));
  expect(own).toMatchObject([{ pid: process.pid, path: log }]);
  expect(own?.[0]?.bytes).toBeGreaterThanOrEqual(4 * MIB);
  expect(own?.[0]?.bytesPerSecond).toBeGreaterThan(0);
  // Blocks of a filesystem are counted with some delay.
  expect(found?.mountGrowth).toBeGreaterThanOrEqual(0);
  unlinkSync(log);
  const deleted = await filesWrittenOn(roots, watched);
  expect(deleted?.files.map(({ path }) => path)).toContain(`${log} (deleted)`);
  expect(await filesWrittenOn(roots, { ...watched, mountpoint: "/nowhere" })).toBeNull();
});

test("the connections of this process are its own", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const accepted = once(server, "connection");
  const client = connect(port, "127.0.0.1");
  const [socket] = (await accepted) as [Socket];
  onTestFinished(() => {
    for (const one of [client, socket]) one.destroy();
    server.close();
  });
  const own = runAtOnce(readSocketUse(roots)).find(({ pid, state }) => pid === process.pid && state === "established");
  expect(own?.connections).toBeGreaterThanOrEqual(2);
});
