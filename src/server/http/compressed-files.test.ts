import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as ask, createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sendCompressed } from "./compressed-files";

const pages = mkdtempSync(join(tmpdir(), "hostscope-pages-"));
const server = createServer((request, response) => {
  if (!sendCompressed(pages, request, response)) response.writeHead(404).end();
});

beforeAll(async () => {
  mkdirSync(join(pages, "static/chunks"), { recursive: true });
  writeFileSync(join(pages, "static/chunks/0a~b_c-1.js.br"), brotliCompressSync("console.log(1)"));
  writeFileSync(join(pages, "secret.js.br"), "no");
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(() => {
  server.close();
  rmSync(pages, { recursive: true });
});

function get(path: string, encoding = "gzip, deflate, br, zstd", method = "GET") {
  const { port } = server.address() as AddressInfo;
  return new Promise<{ status: number; headers: IncomingMessage["headers"]; body: Buffer }>((resolve, reject) => {
    const asked = ask({ port, host: "127.0.0.1", path, method, headers: { "accept-encoding": encoding } }, async (response) => {
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part as Buffer);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) });
    });
    asked.on("error", reject).end();
  });
}

test("a file of the build comes compressed, and for good", async () => {
  const { status, headers, body } = await get("/_next/static/chunks/0a~b_c-1.js?dpl=1");
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    "content-encoding": "br",
    "content-type": "application/javascript; charset=UTF-8",
    "cache-control": "public, max-age=31536000, immutable",
    vary: "Accept-Encoding",
  });
  expect(brotliDecompressSync(body).toString()).toBe("console.log(1)");
});

test.each([
  ["a client without Brotli", "/_next/static/chunks/0a~b_c-1.js", "gzip"],
  ["a client that refuses it", "/_next/static/chunks/0a~b_c-1.js", "gzip, br;q=0"],
  ["a file that is not there", "/_next/static/chunks/none.js", "br"],
  ["another file of the build", "/_next/static/media/font.woff2", "br"],
  ["a way out of the folder", "/_next/static/../secret.js", "br"],
  ["an encoded way out", "/_next/static/%2e%2e/secret.js", "br"],
  ["a hidden file", "/_next/static/.hidden.js", "br"],
])("Next answers %s", async (_what, path, encoding) => {
  expect((await get(path, encoding)).status).toBe(404);
});

test("only GET is answered", async () => {
  expect((await get("/_next/static/chunks/0a~b_c-1.js", "br", "POST")).status).toBe(404);
});
