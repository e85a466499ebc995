import type { Language } from "~/domain/language";
import type { SettingHelp } from "./setting-help";

const loaded = new Map<Language, Promise<SettingHelp>>();

async function load(language: Language): Promise<SettingHelp> {
  switch (language) {
    case "en":
      return (await import("./en/setting-help")).settingHelp;
    case "de":
      return (await import("./de/setting-help")).settingHelp;
    case "en-XA": {
      const [{ settingHelp }, { pseudoOf }] = await Promise.all([import("./en/setting-help"), import("./pseudo")]);
      return pseudoOf(settingHelp);
    }
  }
}

/** Apart from the other texts, since only Settings needs them. The same promise for a language each time. */
export function loadSettingHelp(language: Language): Promise<SettingHelp> {
  let help = loaded.get(language);
  if (!help) {
    help = load(language);
    loaded.set(language, help);
  }
  return help;
}
