import type { Alert } from "~/domain/alert";
import type { Frame } from "~/domain/derive";
import type { Mark } from "~/domain/mark";
import type { TopProcesses } from "~/domain/process";
import type { Sample } from "~/domain/sample";

/** All that one tick brought. */
export interface TickEvent {
  type: "tick";
  sample: Sample;
  frame: Frame;
  /** The heaviest of the table as it is when asked. */
  top: () => TopProcesses;
}

export interface StatusEvent {
  type: "status";
  monitoring: "running" | "stopped";
  /** One that was just made. */
  mark?: Mark;
}

/** The server ends: whoever holds a connection open closes it. */
export interface ClosingEvent {
  type: "closing";
}

export interface AlertEvent {
  type: "alert";
  alert: Alert;
}

export type BusEvent = TickEvent | StatusEvent | AlertEvent | ClosingEvent;

/** Publish and subscribe inside the process. A listener that throws is dropped and told to `onError`. */
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
