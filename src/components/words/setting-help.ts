import type { settingHelp } from "./en/setting-help";

/** Title and help text of each setting that has a field, by path. */
export type SettingHelp = typeof settingHelp;
