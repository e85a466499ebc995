import type { AuditChange } from "~/domain/access";
import type { Runtime } from "../runtime";
import type { CallContext } from "./trpc";

/** What a write to the configuration file needs. `ifMatch` is the ETag that the change is based on. */
export type Writing = Pick<CallContext, "runtime" | "actor" | "ifMatch" | "noteChanges">;

/** Writes settings to the configuration file, notes for the audit log what has changed, and returns that. */
export function changeSettings(
  { runtime, actor, ifMatch, noteChanges }: Writing,
  changes: Parameters<Runtime["settings"]["change"]>[0],
): readonly AuditChange[] {
  const privateTargets = actor.onThisMachine || runtime.config.security.private_webhooks;
  const done = runtime.settings.change(changes, { ifMatch, privateTargets });
  noteChanges(...done);
  return done;
}
