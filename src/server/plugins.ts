/** Loads the user's plugins: ES modules in plugins/ whose default export is called once. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Alert } from "~/domain/alert";
import type { CustomFunction } from "./collectors/custom/sources";
import type { Logger } from "./log";

export interface PluginApi {
  addCustomMetric(name: string, read: CustomFunction): void;
  addAlertHandler(handle: (alert: Alert) => unknown): void;
  log: Logger;
}

export interface Plugins {
  functions: ReadonlyMap<string, CustomFunction>;
  alertHandlers: readonly ((alert: Alert) => unknown)[];
}

function pluginFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".mjs"))
      .sort();
  } catch {
    return [];
  }
}

/** A plugin that fails to load is logged and does not affect the others. */
export async function loadPlugins(folder: string, log: Logger): Promise<Plugins> {
  const functions = new Map<string, CustomFunction>();
  const alertHandlers: ((alert: Alert) => unknown)[] = [];
  const api: PluginApi = {
    addCustomMetric: (name, read) => functions.set(name, read),
    addAlertHandler: (handle) => alertHandlers.push(handle),
    log,
  };
  for (const name of pluginFiles(folder)) {
    try {
      const url = pathToFileURL(join(folder, name)).href;
      const { default: start } = (await import(/* turbopackIgnore: true */ url)) as { default?: (api: PluginApi) => unknown };
      if (typeof start !== "function") throw new Error("its default export is no function");
      await start(api);
    } catch (error) {
      log.error({ err: error }, `the plugin plugins/${name} could not be loaded`);
    }
  }
  return { functions, alertHandlers };
}
