/** What containers do now and how often they were started again. Asked only while somebody looks. */
import { setTimeout as wait } from "node:timers/promises";
import type { ContainerState } from "~/domain/container";
import { listStates, readRestarts } from "./engine";
import { podRestarts } from "./pods";

const SHARED_FOR_MS = 2000;
/** A count is asked for again after this long. */
const COUNTED_FOR_MS = 60_000;
/** An engine answers one such question in about a millisecond. */
const AT_ONCE = 4;
/** An answer does not wait longer for counts: the next one has them. */
const WITHIN_MS = 1000;

export interface ContainerStatesNow {
  states: ContainerState[];
  /** By id; of the containers of engines and of pods. */
  restarts: ReadonlyMap<string, number>;
}

interface Sources {
  sockets: () => readonly string[];
  /** The folder of the kubelet's links; null where the host's files are not seen. */
  podLogs: string | null;
}

interface Counted {
  /** Monotonic, in milliseconds. */
  at: number;
  restarts: number | null;
}

export class ContainerStates {
  private readonly counted = new Map<string, Counted>();
  private last: { at: number; answer: Promise<ContainerStatesNow> } | undefined;

  constructor(private readonly sources: Sources) {}

  /** One answer for all who ask within two seconds. An engine that does not answer has no containers here; its absence is told by the directory. */
  read(): Promise<ContainerStatesNow> {
    const now = performance.now();
    if (!this.last || now - this.last.at > SHARED_FOR_MS) this.last = { at: now, answer: this.ask() };
    return this.last.answer;
  }

  private async ask(): Promise<ContainerStatesNow> {
    const states: ContainerState[] = [];
    const due: { socket: string; id: string }[] = [];
    for (const socket of this.sources.sockets()) {
      const found = await listStates(socket).catch(() => []);
      states.push(...found);
      due.push(...found.filter((one) => this.isDue(one)).map(({ id }) => ({ socket, id })));
    }
    const present = new Set(states.map(({ id }) => id));
    for (const id of this.counted.keys()) if (!present.has(id)) this.counted.delete(id);
    await Promise.race([this.count(due), wait(WITHIN_MS, undefined, { ref: false })]);
    const restarts = this.sources.podLogs === null ? new Map<string, number>() : podRestarts(this.sources.podLogs);
    for (const [id, { restarts: count }] of this.counted) if (count !== null) restarts.set(id, count);
    return { states, restarts };
  }

  private isDue({ id }: ContainerState): boolean {
    const known = this.counted.get(id);
    return known === undefined || performance.now() - known.at > COUNTED_FOR_MS;
  }

  private async count(due: { socket: string; id: string }[]): Promise<void> {
    const lane = async () => {
      for (let next = due.pop(); next; next = due.pop()) {
        const restarts = await readRestarts(next.socket, next.id).catch(() => null);
        this.counted.set(next.id, { at: performance.now(), restarts });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  }
}
