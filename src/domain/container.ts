import type { Labels, Series } from "./sample";
import { shownUnitName } from "./unit-name";

/** What the engine, or the kubelet's log folders, say about a container. */
export interface ContainerFacts {
  /** The first twelve digits, as in labels and groups. */
  id: string;
  name: string;
  image: string | null;
  /** Of Docker Compose. */
  project: string | null;
  /** `namespace/pod` of Kubernetes. */
  pod: string | null;
  health: "healthy" | "unhealthy" | "starting" | null;
  /** When it was last seen to run, in epoch milliseconds. */
  seenAt: number;
}

export const CONTAINER_STATES = ["running", "restarting", "paused", "created", "exited", "dead", "removing"] as const;

/** What the engine says of a container when it is asked. */
export interface ContainerState extends Pick<ContainerFacts, "id" | "name" | "image" | "project" | "health"> {
  state: (typeof CONTAINER_STATES)[number];
  /** Of one that has exited. */
  exitCode: number | null;
}

/** `web`; of a pod `shop/cart-7d9f: web`. */
export function shownPodContainer({ name, pod }: Pick<ContainerFacts, "name" | "pod">): string {
  return pod === null ? name : `${pod}: ${name}`;
}

/** The name of a container by its id; undefined when nobody told it. */
export type ContainerName = (id: string) => string | undefined;

/**
 * Attributes of a series or process that are no part of what it is: a container that is renamed keeps its history. Empty when there are
 * none.
 */
export function containerAttributes({ metric, labels }: Series, nameOf: ContainerName): Labels {
  // Pushed readings may have any label.
  const id = metric.startsWith("container.") ? labels["container.id"] : undefined;
  const name = id === undefined ? undefined : nameOf(id);
  return name === undefined ? {} : { "container.name": name };
}

const GROUP = /^(\S+) ([0-9a-f]{12})$/;

/** The container's name of a process group such as `docker 3f2a91c07d44`; null when it is none, or has no known name. */
export function containerOfGroup(group: string | null, nameOf: ContainerName): string | null {
  const id = group === null ? undefined : GROUP.exec(group)?.[2];
  return (id === undefined ? undefined : nameOf(id)) ?? null;
}

/** A process group as people read it: `docker web`, `nginx.service`, or a dash. */
export function shownGroup({ group, container }: { group: string | null; container?: string | null | undefined }): string {
  if (group === null) return "–";
  return container ? `${GROUP.exec(group)?.[1] ?? ""} ${container}`.trimStart() : shownUnitName(group);
}
