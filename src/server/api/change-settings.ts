import type { AuditChange } from "~/domain/access";
import type { Runtime } from "../runtime";
import type { CallContext } from "./trpc";

/** What a write to the configuration file needs. `ifMatch` is the ETag that the change is based on. */
export type Writing = Pick<CallContext, "runtime" | "actor" | "ifMatch" | "noteChanges">;

/** Whether the caller may set receivers on private networks: on this machine always, from others where the configuration allows it. */
export function mayReachPrivate({ runtime, actor }: Pick<CallContext, "runtime" | "actor">): boolean {
  return actor.onThisMachine || runtime.config.security.private_webhooks;
}

/** Writes settings to the configuration file, notes for the audit log what has changed, and returns that. */
export function changeSettings(
  { runtime, actor, ifMatch, noteChanges }: Writing,
  changes: Parameters<Runtime["settings"]["change"]>[0],
): readonly AuditChange[] {
  const privateTargets = mayReachPrivate({ runtime, actor });
  const done = runtime.settings.change(changes, { ifMatch, privateTargets });
  noteChanges(...done);
  return done;
}

/** Lists of the file whose entries have names. */
type NamedList = Parameters<Runtime["settings"]["entries"]>[0];

/** Adds an entry to a list in the file, or replaces the one with the same name. */
export function putEntry(writing: Writing, list: NamedList, entry: Record<string, unknown>): void {
  const entries = writing.runtime.settings.entries(list);
  const at = entries.findIndex((one) => one.name === entry.name);
  const path = list.split(".");
  if (entries.length === 0) changeSettings(writing, [{ path, value: [entry] }]);
  else changeSettings(writing, [{ path: [...path, at < 0 ? entries.length : at], value: entry }]);
}

/** Returns false when the list has no entry with that name. */
export function dropEntry(writing: Writing, list: NamedList, entryName: string): boolean {
  const at = writing.runtime.settings.entries(list).findIndex((one) => one.name === entryName);
  if (at < 0) return false;
  changeSettings(writing, [{ path: [...list.split("."), at], value: undefined }]);
  return true;
}
