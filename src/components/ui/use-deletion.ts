import { useState } from "react";
import { runWithUndo } from "./run-with-undo";

/**
 * Deletes entries of a list: an entry is gone at once, and comes back when the user undoes it or the server refuses. `run` resolves when the
 * list has been read again.
 */
export function useDeletion(run: (key: string) => Promise<unknown>) {
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const comeBack = (key: string) => setGone((before) => new Set([...before].filter((one) => one !== key)));
  return {
    isGone: (key: string) => gone.has(key),
    /** `text` is what the toast says. */
    remove(key: string, text: string) {
      setGone((before) => new Set([...before, key]));
      const finish = () =>
        void run(key)
          .catch(() => undefined)
          .finally(() => comeBack(key));
      runWithUndo(text, finish, () => comeBack(key));
    },
  };
}
