/** Answers history from a database over plain HTTP: /query reads, /floor answers the bytes that the last /query gave. */
import { createServer } from "node:http";
import { openStore } from "./day";

const [path, now] = process.argv.slice(2);
if (!path || !now) throw new Error("usage: query-server DATABASE NOW");
const store = await openStore(path, Number(now));
let answer = Buffer.alloc(0);

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  if (pathname === "/query") {
    const [from = 0, to = 0, points = 0] = ["from", "to", "points"].map((name) => Number(searchParams.get(name)));
    answer = Buffer.from(
      JSON.stringify(store.history({ name: searchParams.get("name") ?? "", from, to, points, aggregate: "avg" })),
    );
  }
  response.writeHead(200, { "content-type": "application/json", "content-length": answer.length });
  response.end(answer);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address && typeof address === "object") process.stdout.write(`listening ${address.port}\n`);
});
