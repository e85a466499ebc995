/** Which process took the place of which: a service that was restarted, a worker of a pool that was replaced. Pure. */
import type { Consumer } from "~/domain/process";
import { nameOf } from "./contributors";
import { privateBytes } from "./measures";

const programOf = (one: Consumer) => `${nameOf(one)}\0${one.user}`;

const largestFirst = (a: Consumer, b: Consumer) => privateBytes(b) - privateBytes(a) || a.pid - b.pid;

/** Each new process with one of the same program and user that has ended, where there is one for it. */
export function predecessorsOf(fresh: readonly Consumer[], ended: readonly Consumer[]): Map<Consumer, Consumer> {
  const found = new Map<Consumer, Consumer>();
  // A row without a pid is that of several.
  const isOne = ({ pid }: Consumer) => pid !== 0;
  const left = Map.groupBy([...ended].filter(isOne).sort(largestFirst), programOf);
  for (const one of [...fresh].filter(isOne).sort(largestFirst)) {
    const predecessor = left.get(programOf(one))?.shift();
    if (predecessor) found.set(one, predecessor);
  }
  return found;
}
