import type { Alert } from "~/domain/alert";
import type { Frame } from "~/domain/derive";
import type { Mark } from "~/domain/mark";
import type { Sample } from "~/domain/sample";
import type { TopProcesses } from "~/domain/top-processes";

/** The results of one tick. */
export interface TickEvent {
  type: "tick";
  sample: Sample;
  frame: Frame;
  /** The top processes at the time of the call. */
  top: () => TopProcesses;
}

export interface StatusEvent {
  type: "status";
  monitoring: "running" | "stopped";
  /** A mark that was just added. */
  mark?: Mark;
}

/** The server is stopping: close open connections. */
export interface ClosingEvent {
  type: "closing";
}

export interface AlertEvent {
  type: "alert";
  alert: Alert;
}

export type BusEvent = TickEvent | StatusEvent | AlertEvent | ClosingEvent;

/** Publish and subscribe within the process. A listener that throws is removed and its error passed to `onError`. */
export class Bus {
  private readonly listeners = new Set<(event: BusEvent) => void>();
  private latestTick: TickEvent | undefined;

  constructor(private readonly onError: (error: unknown) => void) {}

  /** The newest tick, undefined before the first. */
  latest(): TickEvent | undefined {
    return this.latestTick;
  }

  subscribe(listener: (event: BusEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  publish(event: BusEvent): void {
    if (event.type === "tick") this.latestTick = event;
    for (const listener of this.listeners) {
      try {
        listener(event);
      } catch (error) {
        this.listeners.delete(listener);
        this.onError(error);
      }
    }
  }
}
