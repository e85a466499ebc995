"use client";

import { useState } from "react";
import { useLiveStore } from "~/components/live/live-provider";
import { Button, TextInput, Toggle } from "~/components/ui/controls";
import { changePreferences } from "~/components/view/preferences";
import { PRESETS, shifted, type TimeRange, widened } from "~/components/view/range";
import { type Clock, showRange, useClock, useRange, writeAddress } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";
import { parseRange } from "~/domain/typed-range";

export function RangePanel({ close }: { close: () => void }) {
  const { range, span } = useRange();
  const clock = useClock();
  const words = useWords().shell.range;
  const store = useLiveStore();
  const now = store.getState().at ?? store.serverNow();
  const [text, setText] = useState(
    range.kind === "text" ? range.text : `${new Date(range.from).toISOString()} to ${new Date(range.to).toISOString()}`,
  );
  const meant = parseRange(text, now, clock.timeZone);
  const wrong = "why" in meant;
  const apply = (next: TimeRange) => {
    showRange(next);
    close();
  };
  return (
    <div className="flex w-full flex-col gap-3 min-[800px]:w-[460px]">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!wrong) apply({ kind: "text", text: text.trim().toLowerCase() });
        }}
      >
        <label htmlFor="range-text" className="mb-1 block text-[12.5px] text-muted">
          {words.examples}
        </label>
        <div className="flex gap-2">
          <TextInput
            id="range-text"
            aria-label={words.field}
            value={text}
            autoComplete="off"
            spellCheck={false}
            aria-invalid={wrong}
            aria-describedby="range-meaning"
            onChange={(event) => setText(event.target.value)}
            className="min-w-0 flex-1"
          />
          <Button type="submit" disabled={wrong}>
            {words.apply}
          </Button>
        </div>
        <p id="range-meaning" className={`mt-1 min-h-[18px] text-[12.5px] ${wrong ? "text-critical" : "text-muted"}`}>
          {"why" in meant
            ? words.refusal(meant)
            : words.to(clock.show(meant.from), meant.moving ? words.now : clock.show(meant.to))}
        </p>
      </form>
      <div className="grid grid-cols-3 gap-1">
        {PRESETS.map((preset) => (
          <Toggle
            key={preset}
            pressed={range.kind === "text" && range.text === preset}
            onClick={() => apply({ kind: "text", text: preset })}
            className="!px-2 text-left"
          >
            {words.presets[preset]}
          </Toggle>
        ))}
      </div>
      <div className="flex flex-wrap gap-1">
        <Button onClick={() => showRange(shifted(span, -1, now))}>{words.earlier}</Button>
        <Button onClick={() => showRange(shifted(span, 1, now))}>{words.later}</Button>
        <Button onClick={() => showRange(widened(span, now))}>{words.zoomOut}</Button>
      </div>
      <label className="flex items-center gap-2 text-[12.5px] text-muted">
        {words.zone}
        <select
          value={clock.zone}
          onChange={(event) => {
            const zone = event.target.value as Clock["zone"];
            changePreferences({ zone });
            writeAddress({ zone: zone === "browser" ? null : zone });
          }}
          className="min-h-[36px] rounded-[10px] border border-line bg-card px-2 text-[13px] text-text"
        >
          {(["browser", "server", "utc"] as const).map((zone) => (
            <option key={zone} value={zone}>
              {words.zones[zone]}
            </option>
          ))}
        </select>
        {clock.timeZone}
      </label>
    </div>
  );
}
