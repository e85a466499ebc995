import type { Words } from "~/components/words/en";
import { type Annotation, isAlert } from "./annotations";

/** Marks that Hostscope makes with the same text each time, the longer ones up to 0.2: their kind says it. */
const SAID_BY_KIND: ReadonlySet<string> = new Set([
  "Boot",
  "Config change",
  "the machine booted",
  "the configuration was changed",
]);

/** "Boot", "Kernel: disk error on vda", "deployed 1.4". */
export function eventText({ kind, text }: Pick<Annotation, "kind" | "text">, { kinds }: Pick<Words["charts"], "kinds">): string {
  if (SAID_BY_KIND.has(text)) return kinds[kind];
  return kind === "note" || kind === "start" || isAlert({ kind }) ? text : `${kinds[kind]}: ${text}`;
}
