/** The configuration file while the server runs. */
import { parse } from "yaml";
import { ConfigFile } from "../config/config-file";
import { describeConfig, textChanges } from "../config/describe";
import { parseConfig } from "../config/load";
import { receiverKinds, receiversOf } from "../config/receivers";
import type { Config } from "../config/schema";
import { textWithoutSecrets } from "../config/shown-text";
import { environmentVariable } from "../env";
import type { Runtime } from "../runtime";
import type { StartupOptions } from "../startup-options";

export type SettingsService = Runtime["settings"] & { config(): Config; reload(): void; close(): void };

/** `onChange` applies a new configuration; settings that it cannot change take effect at the next start. */
export function composeSettings(
  {
    config,
    configPath,
    configName,
    overrides,
    log,
  }: Pick<StartupOptions, "config" | "configPath" | "configName" | "overrides" | "log">,
  onChange: (config: Config) => void,
): SettingsService {
  const file = new ConfigFile({
    path: configPath,
    name: configName,
    variable: environmentVariable,
    before: config,
    onChange: (next) => {
      log.info(`reloaded the configuration ${configName}`);
      onChange(next);
    },
    onMistakes: (mistakes) => {
      for (const mistake of mistakes)
        log.warn(`ignoring the changed configuration, the previous one stays in effect: ${mistake}`);
    },
  });
  const defaults = parseConfig("defaults", "", () => undefined);
  return {
    config: () => file.config,
    list: () => describeConfig({ config: file.config, started: config, defaults, text: file.content }, overrides),
    text: () => textWithoutSecrets(file.content, file.config),
    entries: (path) => {
      const document: unknown = file.mistakes.length > 0 ? {} : parse(file.content, { merge: false });
      const found = path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], document);
      return Array.isArray(found) ? (found as Record<string, unknown>[]) : [];
    },
    receivers: () => ({ kinds: receiverKinds(), receivers: receiversOf(file.config) }),
    etag: () => file.etag,
    change: (changes, options) => {
      const before = file.content;
      file.edit(changes, options);
      return textChanges(before, file.content, file.config);
    },
    mistakes: () => file.mistakes,
    reload: () => file.reload(),
    close: () => file.close(),
  };
}
