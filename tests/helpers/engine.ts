/** A stand-in for Docker's socket: lists containers, and refuses everything that is not a GET of a list. */
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import { dirname } from "node:path";

interface ListedContainer {
  Id: string;
  Names: string[];
  Image: string;
  Status?: string;
  Labels?: Record<string, string>;
}

export async function startEngine(socket: string, containers: ListedContainer[]) {
  mkdirSync(dirname(socket), { recursive: true });
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.method !== "GET" || request.url !== "/containers/json") response.writeHead(403).end();
    else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(containers));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    asked,
    containers,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
