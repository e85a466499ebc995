/** Serves stored history over plain HTTP: /query reads it, /same serialises the last answer again, /bytes resends its bytes. */
import { createServer } from "node:http";
import { openStore } from "./day";

const [path, now] = process.argv.slice(2);
if (!path || !now) throw new Error("usage: query-server DATABASE NOW");
const store = await openStore(path, Number(now));
let answer: unknown = null;
let bytes = Buffer.alloc(0);

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  if (pathname === "/query") {
    const [from = 0, to = 0, points = 0] = ["from", "to", "points"].map((name) => Number(searchParams.get(name)));
    answer = store.history({ name: searchParams.get("name") ?? "", from, to, points, aggregate: "avg" });
  }
  if (pathname !== "/bytes") bytes = Buffer.from(JSON.stringify(answer));
  response.writeHead(200, { "content-type": "application/json", "content-length": bytes.length });
  response.end(bytes);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address && typeof address === "object") process.stdout.write(`listening ${address.port}\n`);
});
