/**
 * A FUSE filesystem without files, to try mounts that this machine has not: `node fuse-server.mjs MOUNTPOINT TYPE FORM`. FORM is `hang`
 * (statfs is never answered), `errno:95` (the mount point is a file whose read fails so), or the JSON of a statfs. Says `mounted` when
 * it is.
 */
import { spawnSync } from "node:child_process";
import { openSync, readSync, statSync, writeSync } from "node:fs";

const [mountpoint = "", type = "", form = ""] = process.argv.slice(2);
const [GETATTR, OPEN, READ, STATFS, RELEASE, FLUSH, INIT] = [3, 14, 15, 17, 18, 25, 26];
const ENOSYS = 38;
const isFile = statSync(mountpoint).isFile();
const errno = Number(/^errno:(\d+)$/.exec(form)?.[1] ?? 0);
const space = form.startsWith("{") ? JSON.parse(form) : null;

const fuse = openSync("/dev/fuse", "r+");
const options = `fd=3,rootmode=${isFile ? "100444" : "40000"},user_id=0,group_id=0,allow_other`;
const mount = spawnSync("mount", ["-i", "-t", type, "-o", options, "test", mountpoint], {
  stdio: ["ignore", "inherit", "inherit", fuse],
});
if (mount.status !== 0) process.exit(1);

/** @type {(unique: bigint, error: number, body?: Buffer) => void} */
const reply = (unique, error, body = Buffer.alloc(0)) => {
  const head = Buffer.alloc(16);
  head.writeUInt32LE(16 + body.length, 0);
  head.writeInt32LE(-error, 4);
  head.writeBigUInt64LE(unique, 8);
  writeSync(fuse, Buffer.concat([head, body]));
};

/** @param {Buffer} request */
function initOf(request) {
  const body = Buffer.alloc(64);
  body.writeUInt32LE(7, 0);
  body.writeUInt32LE(Math.min(31, request.readUInt32LE(44)), 4);
  body.writeUInt32LE(65536, 8);
  body.writeUInt32LE(65536, 20);
  return body;
}

function attributes() {
  const body = Buffer.alloc(104);
  body.writeBigUInt64LE(1n, 0);
  body.writeBigUInt64LE(1n, 16);
  body.writeBigUInt64LE(isFile ? 4096n : 0n, 24);
  body.writeUInt32LE(isFile ? 0o100444 : 0o40755, 76);
  body.writeUInt32LE(1, 80);
  body.writeUInt32LE(4096, 96);
  return body;
}

/** @param {{ blocks: number, bfree: number, bavail: number, files: number, ffree: number, bsize: number, frsize: number }} space */
function statfs({ blocks, bfree, bavail, files, ffree, bsize, frsize }) {
  const body = Buffer.alloc(80);
  for (const [index, value] of [blocks, bfree, bavail, files, ffree].entries()) body.writeBigUInt64LE(BigInt(value), 8 * index);
  body.writeUInt32LE(bsize, 40);
  body.writeUInt32LE(255, 44);
  body.writeUInt32LE(frsize, 48);
  return body;
}

const opened = Buffer.alloc(16);
// Direct I/O: every read comes here.
opened.writeUInt32LE(1, 8);
const buffer = Buffer.alloc(1 << 17);
console.log("mounted");
for (;;) {
  const request = buffer.subarray(0, readSync(fuse, buffer, 0, buffer.length, null));
  const opcode = request.readUInt32LE(4);
  const unique = request.readBigUInt64LE(8);
  if (opcode === INIT) reply(unique, 0, initOf(request));
  else if (opcode === GETATTR) reply(unique, 0, attributes());
  else if (opcode === STATFS && space) reply(unique, 0, statfs(space));
  else if (opcode === STATFS) continue;
  else if (opcode === OPEN) reply(unique, 0, opened);
  else if (opcode === READ && errno > 0) reply(unique, errno);
  else if (opcode === RELEASE || opcode === FLUSH) reply(unique, 0);
  // FORGET and BATCH_FORGET want no answer.
  else if (opcode !== 2 && opcode !== 42) reply(unique, ENOSYS);
}
