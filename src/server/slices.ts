/** Long work of the main thread is a generator that yields after each slice of a few milliseconds; others work in between. */
import { setImmediate } from "node:timers/promises";

/** Runs all slices at once. For work whose size is known to be small. */
export function runAtOnce<Result>(work: Generator<undefined, Result>): Result {
  for (let step = work.next(); ; step = work.next()) if (step.done) return step.value;
}

/** Lets requests and ticks pass after each slice. Throws the signal's reason when it is aborted: nobody waits for the result. */
export async function runInSlices<Result>(work: Generator<undefined, Result>, signal?: AbortSignal): Promise<Result> {
  for (let step = work.next(); ; step = work.next()) {
    if (step.done) return step.value;
    await setImmediate();
    signal?.throwIfAborted();
  }
}
