/** Names of the containers of pods, from the links that the kubelet makes below /var/log/containers. */
import { readdirSync } from "node:fs";
import type { ContainerFacts } from "~/domain/container";

/** `POD_NAMESPACE_CONTAINER-ID.log`: Kubernetes names have no underscore. */
const LINK = /^([a-z0-9.-]+)_([a-z0-9-]+)_([a-z0-9-]+)-([0-9a-f]{64})\.log$/;
const ID_DIGITS = 12;

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
