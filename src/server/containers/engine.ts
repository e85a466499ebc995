/** Asks Docker or Podman for its containers, over its socket. Only reads: who may write there owns the machine. */
import { request } from "node:http";
import { z } from "zod";
import { CONTAINER_STATES, type ContainerFacts, type ContainerState } from "~/domain/container";

const WITHIN_MS = 5000;
const MOST_BYTES = 8 * 2 ** 20;
const ID_DIGITS = 12;
const MOST_NAME = 200;

/** An entry of Docker's GET /containers/json, which Podman answers as well. */
const listed = z.object({
  Id: z.string().regex(/^[0-9a-f]{12,64}$/),
  Names: z.array(z.string()).nullish(),
  Image: z.string().nullish(),
  State: z.string().nullish(),
  Status: z.string().nullish(),
  Labels: z.record(z.string(), z.string()).nullish(),
});

const shown = (text: string | null | undefined) =>
  text
    ? text
        .toWellFormed()
        .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "")
        .slice(0, MOST_NAME) || null
    : null;

/** `Up 3 hours (healthy)`, `Up 2 seconds (health: starting)`. */
function healthOf(status: string | null | undefined): ContainerFacts["health"] {
  const word = /\((?:health: )?(healthy|unhealthy|starting)\)\s*$/.exec(status ?? "")?.[1];
  return (word as ContainerFacts["health"] | undefined) ?? null;
}

type Listed = z.infer<typeof listed>;

/** Parses the answer of GET /containers/json. Entries that are no container are passed over. */
function parseList(answer: unknown): Listed[] {
  if (!Array.isArray(answer)) throw new Error("the response is not a list of containers");
  return answer.flatMap((entry) => listed.safeParse(entry).data ?? []);
}

function factsOf({ Id, Names, Image, Status, Labels }: Listed) {
  const labels = Labels ?? {};
  const id = Id.slice(0, ID_DIGITS);
  return {
    id,
    // A label may come with the image, the name only from who started it: a label names no container of another.
    name: shown(Names?.[0]?.replace(/^\//, "")) ?? id,
    image: shown(Image),
    project: shown(labels["com.docker.compose.project"] ?? labels["io.podman.compose.project"]),
    health: healthOf(Status),
  };
}

/** Podman's words for what Docker calls otherwise. */
const ALSO: Readonly<Record<string, ContainerState["state"]>> = {
  configured: "created",
  initialized: "created",
  stopped: "exited",
  stopping: "removing",
};

function stateOf(word: string | null | undefined): ContainerState["state"] | null {
  const state = word?.toLowerCase() ?? "";
  return CONTAINER_STATES.find((one) => one === state) ?? (Object.hasOwn(ALSO, state) ? (ALSO[state] ?? null) : null);
}

/** Running containers. Rejects with the error of the system, or one that says what was answered. */
export async function listContainers(socketPath: string, now: number): Promise<ContainerFacts[]> {
  const found = parseList(await ask(socketPath, "/containers/json"));
  return found.map((one) => ({ ...factsOf(one), pod: null, seenAt: now }));
}

/** Containers of a machine that a page can show. */
const MOST_LISTED = 500;

/** Containers in any state, those that were made last. Rejects like `listContainers`. */
export async function listStates(socketPath: string): Promise<ContainerState[]> {
  const found = parseList(await ask(socketPath, `/containers/json?all=true&limit=${MOST_LISTED}`));
  return found.flatMap((one) => {
    const state = stateOf(one.State);
    const exitCode = /^Exited \((\d+)\)/.exec(one.Status ?? "")?.[1];
    return state === null ? [] : { ...factsOf(one), state, exitCode: exitCode === undefined ? null : Number(exitCode) };
  });
}

const inspected = z.object({ RestartCount: z.number().int().nonnegative().nullish() });

/** How often the engine has started a container again. Of all that it says of one, nothing else is taken: the rest holds secrets. */
export async function readRestarts(socketPath: string, id: string): Promise<number | null> {
  const { data } = inspected.safeParse(await ask(socketPath, `/containers/${id}/json`));
  return data?.RestartCount ?? null;
}

/** Rejects with the error of the system, or one that says what was answered. */
function ask(socketPath: string, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        socketPath,
        path,
        headers: { host: "localhost" },
        signal: AbortSignal.timeout(WITHIN_MS),
        agent: false,
      },
      (response) => {
        const parts: Buffer[] = [];
        let length = 0;
        response.on("data", (part: Buffer) => {
          length += part.length;
          if (length > MOST_BYTES) asked.destroy(new Error("the response is too large"));
          else parts.push(part);
        });
        response.on("error", reject);
        response.on("aborted", () => reject(new Error("the engine closed the connection")));
        response.on("end", () => {
          if (response.statusCode !== 200) return reject(new Error(`the engine responded with ${response.statusCode}`));
          try {
            resolve(JSON.parse(Buffer.concat(parts).toString("utf8")));
          } catch (error) {
            reject(error);
          }
        });
      },
    );
    asked.on("error", reject);
    // An engine that answers with another protocol, or with nothing.
    asked.on("upgrade", (_response, socket) => {
      socket.destroy();
      reject(new Error("the engine does not speak HTTP"));
    });
    asked.on("close", () => reject(new Error("the engine closed the connection")));
    asked.end();
  });
}
