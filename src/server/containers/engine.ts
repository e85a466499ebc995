/** Asks Docker or Podman for its containers, over its socket. Only lists are read: who may write there owns the machine. */
import { request } from "node:http";
import { z } from "zod";
import type { ContainerFacts } from "~/domain/container";

const WITHIN_MS = 5000;
const MOST_BYTES = 8 * 2 ** 20;
const ID_DIGITS = 12;
const MOST_NAME = 200;

/** An entry of Docker's GET /containers/json, which Podman answers as well. */
const listed = z.object({
  Id: z.string().regex(/^[0-9a-f]{12,64}$/),
  Names: z.array(z.string()).nullish(),
  Image: z.string().nullish(),
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

/** Parses the answer of GET /containers/json. Entries that are no container are passed over. */
function parseContainers(answer: unknown, seenAt: number): ContainerFacts[] {
  if (!Array.isArray(answer)) throw new Error("the response is not a list of containers");
  return answer.flatMap((entry) => {
    const { data } = listed.safeParse(entry);
    if (!data) return [];
    const labels = data.Labels ?? {};
    const id = data.Id.slice(0, ID_DIGITS);
    return {
      id,
      // A label may come with the image, the name only from who started it: a label names no container of another.
      name: shown(data.Names?.[0]?.replace(/^\//, "")) ?? id,
      image: shown(data.Image),
      project: shown(labels["com.docker.compose.project"] ?? labels["io.podman.compose.project"]),
      pod: null,
      health: healthOf(data.Status),
      seenAt,
    };
  });
}

/** Running containers. Rejects with the error of the system, or one that says what was answered. */
export function listContainers(socketPath: string, now: number): Promise<ContainerFacts[]> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        socketPath,
        path: "/containers/json",
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
            resolve(parseContainers(JSON.parse(Buffer.concat(parts).toString("utf8")), now));
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
