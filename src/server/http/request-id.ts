import { randomUUID } from "node:crypto";

export const REQUEST_ID_HEADER = "x-request-id";

/** The caller's id when it is one that can stand in a log line, else a new one. */
export function requestId(given: string | readonly string[] | undefined): string {
  return typeof given === "string" && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
}

/** A request's id as the `instance` of a problem. */
export function instanceOf(id: string): string {
  return `urn:hostscope:request:${id}`;
}
