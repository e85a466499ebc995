"use client";

import { useState } from "react";
import { useLiveStore } from "~/components/live/live-provider";
import { Button, TextInput, Toggle } from "~/components/ui/controls";
import { changePreferences } from "~/components/view/preferences";
import { PRESETS, shifted, spanOfText, type TimeRange, widened } from "~/components/view/range";
import { type Clock, showRange, useRange, writeAddress } from "~/components/view/use-view";

export function RangePanel({ range, clock, close }: { range: TimeRange; clock: Clock; close: () => void }) {
  const { span } = useRange();
  const now = useLiveStore().getState().at ?? Date.now();
  const [text, setText] = useState(
    range.kind === "text" ? range.text : `${new Date(range.from).toISOString()} to ${new Date(range.to).toISOString()}`,
  );
  const meant = spanOfText(text, now, clock.timeZone);
  const wrong = typeof meant === "string" ? meant : null;
  const apply = (next: TimeRange) => {
    showRange(next);
    close();
  };
  return (
    <div className="flex w-full flex-col gap-3 min-[800px]:w-[460px]">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (wrong === null) apply({ kind: "text", text: text.trim().toLowerCase() });
        }}
      >
        <label htmlFor="range-text" className="mb-1 block text-[12.5px] text-muted">
          now-90m, yesterday, 2026-11-24 14:00 to 15:30
        </label>
        <div className="flex gap-2">
          <TextInput
            id="range-text"
            aria-label="Range"
            value={text}
            autoComplete="off"
            spellCheck={false}
            aria-invalid={wrong !== null}
            aria-describedby="range-meaning"
            onChange={(event) => setText(event.target.value)}
            className="min-w-0 flex-1"
          />
          <Button type="submit" disabled={wrong !== null}>
            Apply
          </Button>
        </div>
        <p id="range-meaning" className={`mt-1 min-h-[18px] text-[12.5px] ${wrong === null ? "text-muted" : "text-critical"}`}>
          {typeof meant === "string" ? meant : `${clock.show(meant.from)} to ${meant.moving ? "now" : clock.show(meant.to)}`}
        </p>
      </form>
      <div className="grid grid-cols-3 gap-1">
        {PRESETS.map((preset) => (
          <Toggle
            key={preset.text}
            pressed={range.kind === "text" && range.text === preset.text}
            onClick={() => apply({ kind: "text", text: preset.text })}
            className="!px-2 text-left"
          >
            {preset.label}
          </Toggle>
        ))}
      </div>
      <div className="flex flex-wrap gap-1">
        <Button onClick={() => showRange(shifted(span, -1, now))}>Earlier</Button>
        <Button onClick={() => showRange(shifted(span, 1, now))}>Later</Button>
        <Button onClick={() => showRange(widened(span, now))}>Zoom out</Button>
      </div>
      <label className="flex items-center gap-2 text-[12.5px] text-muted">
        Clocks
        <select
          value={clock.zone}
          onChange={(event) => {
            const zone = event.target.value as Clock["zone"];
            changePreferences({ zone });
            writeAddress({ zone: zone === "browser" ? null : zone });
          }}
          className="min-h-[36px] rounded-[10px] border border-line bg-card px-2 text-[13px] text-text"
        >
          <option value="browser">of this browser</option>
          <option value="server">of the machine</option>
          <option value="utc">UTC</option>
        </select>
        {clock.timeZone}
      </label>
    </div>
  );
}
