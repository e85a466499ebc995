/** Load of a known kind, in child processes, until the test ends it. */
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Load {
  pids: number[];
  stop: () => Promise<void>;
}

function script(source: string): ChildProcess {
  return spawn(process.execPath, ["-e", source], { stdio: "ignore" });
}

function ending(children: ChildProcess[], after: () => void = () => {}): Load {
  const gone = children.map((child) => new Promise((resolve) => child.on("exit", resolve)));
  return {
    pids: children.map((child) => child.pid ?? 0),
    stop: async () => {
      for (const child of children) child.kill("SIGKILL");
      await Promise.all(gone);
      after();
    },
  };
}

/** `count` processes that each keep one core busy. */
export function cpuLoad(count = 1): Load {
  return ending(Array.from({ length: count }, () => script("for (;;) Math.sqrt(Math.random())")));
}

/** Writes and syncs a file repeatedly, so that the disk is the bottleneck. */
export function diskLoad(): Load {
  const path = join(tmpdir(), `hostscope-load-${process.pid}-${Math.floor(performance.now())}`);
  const source = `
    const fs = require("node:fs");
    const block = Buffer.alloc(1 << 20, 7);
    const fd = fs.openSync(${JSON.stringify(path)}, "w");
    for (let i = 0; ; i = (i + 1) % 256) { fs.writeSync(fd, block, 0, block.length, i << 20); fs.fdatasyncSync(fd); }`;
  return ending([script(source)], () => rmSync(path, { force: true }));
}

/** Sends about 20 MB/s to itself over the loopback interface at an even rate. */
export function networkLoad(): Load {
  const source = `
    const net = require("node:net");
    const block = Buffer.alloc(200_000, 7);
    const server = net.createServer((socket) => socket.resume()).listen(0, "127.0.0.1", () => {
      const socket = net.connect(server.address().port, "127.0.0.1");
      setInterval(() => { if (socket.writableLength < 4 * block.length) socket.write(block); }, 10);
    });`;
  return ending([script(source)]);
}

/** Allocates 200 MB, touches every page and frees them, repeatedly: page faults, and memory use that varies. */
export function memoryLoad(): Load {
  const source = `
    for (;;) {
      const block = new Uint8Array(200 << 20);
      for (let at = 0; at < block.length; at += 4096) block[at] = 1;
    }`;
  return ending([script(source)]);
}
