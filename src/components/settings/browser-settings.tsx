"use client";

import { useTheme } from "next-themes";
import { Card } from "~/components/ui/card";
import { Field, Select } from "~/components/ui/controls";
import { changePreferences, type Preferences, usePreferences } from "~/components/view/preferences";
import { useWords } from "~/components/words/words-provider";

const THEMES = ["system", "light", "dark"] as const;
const ZONES = ["browser", "server", "utc"] as const satisfies readonly Preferences["zone"][];
const NETWORK_UNITS = ["bytes", "bits"] as const satisfies readonly Preferences["networkUnit"][];

/** Preferences, stored in this browser only. */
export function BrowserSettings() {
  const { browser: words } = useWords().settings;
  const preferences = usePreferences();
  const { theme, setTheme } = useTheme();
  return (
    <Card title={words.title} note={words.note}>
      <div className="flex flex-wrap items-end gap-4">
        <Field label={words.theme}>
          <Select value={theme ?? "system"} onChange={(event) => setTheme(event.target.value)}>
            {THEMES.map((one) => (
              <option key={one} value={one}>
                {words.themes[one]}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={words.zone}>
          <Select
            value={preferences.zone}
            onChange={(event) => changePreferences({ zone: event.target.value as Preferences["zone"] })}
          >
            {ZONES.map((one) => (
              <option key={one} value={one}>
                {words.zones[one]}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={words.network}>
          <Select
            value={preferences.networkUnit}
            onChange={(event) => changePreferences({ networkUnit: event.target.value as Preferences["networkUnit"] })}
          >
            {NETWORK_UNITS.map((one) => (
              <option key={one} value={one}>
                {words.networkUnits[one]}
              </option>
            ))}
          </Select>
        </Field>
        <label className="flex min-h-9 items-center gap-2">
          <input
            type="checkbox"
            checked={preferences.shortcuts}
            onChange={(event) => changePreferences({ shortcuts: event.target.checked })}
            className="size-4 accent-series-blue"
          />
          {words.shortcuts}
        </label>
      </div>
    </Card>
  );
}
