import { AppError } from "~/domain/errors";

interface Waiting {
  start: () => void;
}

/** Limits how many tasks run and wait. Rejects further tasks as `unavailable`. */
export function createGate({ running, waiting }: { running: number; waiting: number }) {
  let active = 0;
  const queue: Waiting[] = [];
  const next = () => {
    active--;
    queue.shift()?.start();
  };
  /** A task that is aborted while it waits leaves the queue. */
  const enter = (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    if (active < running) {
      active++;
      return Promise.resolve();
    }
    if (queue.length >= waiting) {
      throw new AppError("unavailable", `${active + queue.length} reports are being made already; try again in a few seconds`);
    }
    return new Promise((resolve, reject) => {
      const place: Waiting = {
        start: () => {
          signal.removeEventListener("abort", leave);
          active++;
          resolve();
        },
      };
      const leave = () => {
        queue.splice(queue.indexOf(place), 1);
        reject(signal.reason);
      };
      signal.addEventListener("abort", leave, { once: true });
      queue.push(place);
    });
  };
  return async <T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    await enter(signal);
    try {
      return await task();
    } finally {
      next();
    }
  };
}
