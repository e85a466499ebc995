/** A stand-in for Docker's socket: lists containers and inspects them, and refuses everything else. */
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import { dirname } from "node:path";

interface ListedContainer {
  Id: string;
  Names: string[];
  Image: string;
  /** Running where it is left out. */
  State?: string;
  Status?: string;
  Labels?: Record<string, string>;
  /** Told by inspection only. */
  RestartCount?: number;
}

const isRunning = ({ State = "running" }: ListedContainer) => State !== "exited" && State !== "created";

export async function startEngine(socket: string, containers: ListedContainer[]) {
  mkdirSync(dirname(socket), { recursive: true });
  const asked: string[] = [];
  const answerTo = (url: string): unknown => {
    const listed = containers.map(({ RestartCount: _told, State = "running", ...one }) => ({ ...one, State }));
    if (url === "/containers/json") return listed.filter(isRunning);
    if (/^\/containers\/json\?all=true&limit=\d+$/.test(url)) return listed;
    const id = /^\/containers\/([0-9a-f]{12})\/json$/.exec(url)?.[1];
    return id === undefined ? undefined : containers.find(({ Id }) => Id.startsWith(id));
  };
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const answer = request.method === "GET" ? answerTo(request.url ?? "") : undefined;
    if (answer === undefined) response.writeHead(403).end();
    else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    asked,
    containers,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
