/** Names of the containers of pods, from the links that the kubelet makes below /var/log/containers. */
import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { ContainerFacts } from "~/domain/container";

/** `POD_NAMESPACE_CONTAINER-ID.log`: Kubernetes names have no underscore. */
const LINK = /^([a-z0-9.-]+)_([a-z0-9-]+)_([a-z0-9-]+)-([0-9a-f]{64})\.log$/;
const ID_DIGITS = 12;

/** Where the links lead: `.../CONTAINER/2.log` is the log of the third start. */
const LOG_NUMBER = /\/(\d+)\.log$/;

/** How often the kubelet has started each container again, by id. Empty when the folder is not there or may not be read. */
export function podRestarts(folder: string): Map<string, number> {
  const restarts = new Map<string, number>();
  try {
    for (const file of readdirSync(folder)) {
      const id = LINK.exec(file)?.[4];
      const count = id === undefined ? undefined : LOG_NUMBER.exec(readlinkSync(join(folder, file)))?.[1];
      if (id !== undefined && count !== undefined) restarts.set(id.slice(0, ID_DIGITS), Number(count));
    }
  } catch {
    // What was read until then is right.
  }
  return restarts;
}

/** Throws the system's error when the folder may not be read; none when it is not there. */
export function listPods(folder: string, now: number): ContainerFacts[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return names.flatMap((file) => {
    const [, pod, namespace, name, id] = LINK.exec(file) ?? [];
    if (name === undefined || id === undefined) return [];
    return {
      id: id.slice(0, ID_DIGITS),
      name,
      image: null,
      project: null,
      pod: `${namespace}/${pod}`,
      health: null,
      seenAt: now,
    };
  });
}
