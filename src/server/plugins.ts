/** Loads the user's plugins: ES modules in plugins/, beside the program and beside the configuration, whose default export is called once. */
import { readdirSync } from "node:fs";
import { basename, resolve } from "node:path";
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
  /** By the name that each was registered under. */
  registered: ReadonlyMap<string, CustomFunction>;
  /** Those, and each by its own name as well where no other is registered under that. */
  functions: ReadonlyMap<string, CustomFunction>;
  alertHandlers: readonly ((alert: Alert) => unknown)[];
}

function pluginFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".mjs"))
      .sort()
      .map((name) => resolve(folder, name));
  } catch {
    return [];
  }
}

/** A plugin that fails to load is logged and does not affect the others. */
export async function loadPlugins(folders: readonly string[], log: Logger): Promise<Plugins> {
  const registered = new Map<string, CustomFunction>();
  const alertHandlers: ((alert: Alert) => unknown)[] = [];
  const api: PluginApi = {
    addCustomMetric: (name, read) => registered.set(name, read),
    addAlertHandler: (handle) => alertHandlers.push(handle),
    log,
  };
  for (const path of new Set(folders.flatMap(pluginFiles))) {
    try {
      const url = pathToFileURL(path).href;
      const { default: start } = (await import(/* turbopackIgnore: true */ url)) as { default?: (api: PluginApi) => unknown };
      if (typeof start !== "function") throw new Error("its default export is not a function");
      await start(api);
    } catch (error) {
      log.error({ err: error }, `cannot load the plugin plugins/${basename(path)}`);
    }
  }
  const byOwnName = [...registered.values()].flatMap((read): [string, CustomFunction][] =>
    read.name ? [[read.name, read]] : [],
  );
  return { registered, functions: new Map([...byOwnName, ...registered]), alertHandlers };
}
