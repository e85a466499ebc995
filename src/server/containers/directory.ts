/** Knows the names of containers, those of the past as well. Asks when one is new, and once a minute while there are any. */
import { existsSync } from "node:fs";
import { type ContainerFacts, shownPodContainer } from "~/domain/container";
import type { NotMeasured } from "~/domain/host";
import type { Series } from "~/domain/sample";
import { hostPath, type Roots } from "../roots";
import { listContainers } from "./engine";
import { listPods } from "./pods";

const DAY_MS = 86_400_000;
const MOST_KNOWN = 10_000;
const AGAIN_MS = 60_000;
/** A new container is asked for at once, but a storm of them together. */
const NEW_AFTER_MS = 2000;
const SOCKETS = ["/run/docker.sock", "/run/podman/podman.sock"];
/** Kubernetes, cri-o and containerd have no such socket: their names are those of pods. */
const BY_SOCKET = new Set(["docker", "podman", "container"]);

export type SocketChoice = "auto" | "off" | (string & {});

interface ContainerRecords {
  list(): Promise<ContainerFacts[]>;
  save(changed: readonly ContainerFacts[]): Promise<void>;
}

interface DirectoryOptions {
  roots: Roots;
  socket: SocketChoice;
  records: ContainerRecords;
  onError: (error: unknown) => void;
}

/** Another name or health, or seen again after a day. */
function isOtherwise(before: ContainerFacts | undefined, now: ContainerFacts): boolean {
  if (before === undefined || now.seenAt - before.seenAt > DAY_MS) return true;
  return JSON.stringify({ ...before, seenAt: 0 }) !== JSON.stringify({ ...now, seenAt: 0 });
}

export class ContainerDirectory {
  private readonly known = new Map<string, ContainerFacts>();
  /** Ids that run now, with their runtime, and those among them that nobody could name. */
  private running = new Map<string, string>();
  private unnamed = new Set<string>();
  private series: readonly Series[] = [];
  private askAt = Number.POSITIVE_INFINITY;
  private isAsking = false;
  private socket: SocketChoice;
  private refusals: readonly NotMeasured[] = [];

  constructor(private readonly options: DirectoryOptions) {
    this.socket = options.socket;
  }

  async restore(): Promise<void> {
    for (const one of (await this.options.records.list()).reverse()) this.known.set(one.id, one);
  }

  /** Undefined when nobody has told it. */
  readonly nameOf = (id: string): string | undefined => {
    const facts = this.known.get(id);
    return facts && shownPodContainer(facts);
  };

  list(): ContainerFacts[] {
    return [...this.known.values()].sort((a, b) => b.seenAt - a.seenAt || a.name.localeCompare(b.name));
  }

  /** What right is missing, while there is a container without a name. The same array until it changes. */
  absences(): readonly NotMeasured[] {
    return this.unnamed.size > 0 ? this.refusals : [];
  }

  configure(socket: SocketChoice): void {
    if (socket === this.socket) return;
    this.socket = socket;
    this.askAt = 0;
  }

  /** Call at each tick, with the series of the sample. `now` is monotonic, in milliseconds; `at` the time. */
  tick(series: readonly Series[], now: number, at: number): void {
    if (series !== this.series) this.look(series, now);
    if (this.isAsking || now < this.askAt) return;
    this.isAsking = true;
    this.ask(at)
      .catch(this.options.onError)
      .finally(() => {
        this.isAsking = false;
        this.askAt = this.running.size > 0 ? now + AGAIN_MS : Number.POSITIVE_INFINITY;
      });
  }

  private look(series: readonly Series[], now: number): void {
    this.series = series;
    const running = new Map<string, string>();
    for (const { metric, labels } of series) {
      // Pushed readings may have any label.
      const id = metric.startsWith("container.") ? labels["container.id"] : undefined;
      if (id !== undefined) running.set(id, labels["container.runtime"] ?? "");
    }
    const isNew = [...running.keys()].some((id) => !this.running.has(id) && !this.known.has(id));
    if (isNew) this.askAt = Math.min(this.askAt, now + NEW_AFTER_MS);
    else if (this.running.size === 0 && running.size > 0) this.askAt = Math.min(this.askAt, now + NEW_AFTER_MS);
    this.running = running;
    this.unnamed = new Set([...running.keys()].filter((id) => !this.known.has(id)));
  }

  private async ask(at: number): Promise<void> {
    if (this.socket === "off") {
      this.refusals = [];
      return;
    }
    const refusals: NotMeasured[] = [];
    const found: ContainerFacts[] = [];
    for (const path of this.sockets()) {
      try {
        found.push(...(await listContainers(path, at)));
      } catch (error) {
        refusals.push(refusalOf(path, error));
      }
    }
    const logs = hostPath(this.options.roots, "/var/log/containers");
    try {
      if (logs !== null) found.push(...listPods(logs, at));
    } catch (error) {
      refusals.push(refusalOf(logs ?? "", error));
    }
    await this.take(found);
    const wantsSocket = [...this.unnamed].some((id) => BY_SOCKET.has(this.running.get(id) ?? ""));
    if (wantsSocket && refusals.length === 0) {
      const reason = "no Docker or Podman socket at the usual path; set containers.socket";
      refusals.push({ what: "container names", reason });
    }
    if (JSON.stringify(refusals) !== JSON.stringify(this.refusals)) this.refusals = refusals;
  }

  /** The engines' sockets that there are; none when nobody is to be asked. */
  sockets(): string[] {
    if (this.socket === "off") return [];
    if (this.socket !== "auto") return [this.socket];
    return SOCKETS.flatMap((path) => hostPath(this.options.roots, path) ?? []).filter((path) => existsSync(path));
  }

  private async take(found: readonly ContainerFacts[]): Promise<void> {
    const changed = found.filter((one) => isOtherwise(this.known.get(one.id), one));
    for (const one of changed) {
      // Those that were told last stand last.
      this.known.delete(one.id);
      this.known.set(one.id, one);
    }
    for (const id of this.known.keys()) {
      if (this.known.size <= MOST_KNOWN) break;
      if (!this.running.has(id)) this.known.delete(id);
    }
    this.unnamed = new Set([...this.running.keys()].filter((id) => !this.known.has(id)));
    if (changed.length > 0) await this.options.records.save(changed);
  }
}

function refusalOf(path: string, error: unknown): NotMeasured {
  const { code, message } = error as NodeJS.ErrnoException;
  const isForbidden = code === "EACCES" || code === "EPERM";
  const reason = isForbidden
    ? `no permission to read ${path}; add this user to the docker group, which is equivalent to root, or set containers.socket to off`
    : `${path}: ${code ?? message}`;
  return { what: "container names", reason };
}
