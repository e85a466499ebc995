/**
 * An example plugin: every `.mjs` file of this folder is loaded at the start.
 *
 * Its default export is called once with
 *   addCustomMetric(name, read)   `read` answers a number, or { value, tags }; it may be async. config.yaml names it:
 *                                 custom_metrics: { open_sessions: { function: get_open_sessions, interval: 30 } }
 *   addAlertHandler(handle)       `handle` is called with each alert that fires, changes or resolves
 *   log                           debug, info, warn and error, into logs/monitor.log
 */
import { readdir } from "node:fs/promises";

/** @param {{ addCustomMetric: (name: string, read: () => unknown) => void, addAlertHandler: (handle: (alert: object) => void) => void, log: { info: (text: string) => void } }} hostscope */
export default function example({ addCustomMetric }) {
  addCustomMetric("get_temporary_files", async () => (await readdir("/tmp")).length);
}
