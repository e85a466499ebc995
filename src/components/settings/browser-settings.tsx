"use client";

import { useTheme } from "next-themes";
import { Card } from "~/components/ui/card";
import { Field, Select } from "~/components/ui/controls";
import { changePreferences, type Preferences, usePreferences } from "~/components/view/preferences";

/** Preferences, stored in this browser only. */
export function BrowserSettings() {
  const preferences = usePreferences();
  const { theme, setTheme } = useTheme();
  return (
    <Card title="This browser" note="kept here and nowhere else">
      <div className="flex flex-wrap items-end gap-4">
        <Field label="Theme">
          <Select value={theme ?? "system"} onChange={(event) => setTheme(event.target.value)}>
            <option value="system">like the system</option>
            <option value="light">light</option>
            <option value="dark">dark</option>
          </Select>
        </Field>
        <Field label="Clocks">
          <Select
            value={preferences.zone}
            onChange={(event) => changePreferences({ zone: event.target.value as Preferences["zone"] })}
          >
            <option value="browser">of this browser</option>
            <option value="server">of the machine</option>
            <option value="utc">UTC</option>
          </Select>
        </Field>
        <Field label="Network in">
          <Select
            value={preferences.networkUnit}
            onChange={(event) => changePreferences({ networkUnit: event.target.value as Preferences["networkUnit"] })}
          >
            <option value="bytes">bytes a second</option>
            <option value="bits">bits a second</option>
          </Select>
        </Field>
        <label className="flex min-h-9 items-center gap-2">
          <input
            type="checkbox"
            checked={preferences.shortcuts}
            onChange={(event) => changePreferences({ shortcuts: event.target.checked })}
            className="size-4 accent-series-blue"
          />
          Single keys do things (? shows which)
        </label>
      </div>
    </Card>
  );
}
