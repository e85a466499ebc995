import { randomUUID } from "node:crypto";

export const REQUEST_ID_HEADER = "x-request-id";

/** The client's id if it is safe to log, else a new one. */
export function requestId(given: string | readonly string[] | undefined): string {
  return typeof given === "string" && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
}

export function problemInstance(id: string): string {
  return `urn:hostscope:request:${id}`;
}
