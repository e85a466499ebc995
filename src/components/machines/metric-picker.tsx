"use client";

import { Command } from "cmdk";
import { useWords } from "~/components/words/words-provider";

export interface Choice {
  metric: string;
  title: string;
}

interface PickerProps {
  choices: readonly Choice[];
  chosen: string;
  onChoose: (metric: string) => void;
}

/** All metrics, found by what is typed of their title or name. */
export function MetricPicker({ choices, chosen, onChoose }: PickerProps) {
  const { compare: words } = useWords().machines;
  return (
    <Command label={words.find} loop defaultValue={chosen}>
      <Command.Input
        autoFocus
        aria-label={words.find}
        placeholder={words.find}
        className="mb-2 min-h-[36px] w-full rounded-[10px] border border-line bg-card px-3 text-[13px] placeholder:text-muted"
      />
      <Command.List label={words.find} className="max-h-[40dvh] overflow-y-auto">
        <Command.Empty className="px-2 py-2 text-muted">{words.noMetric}</Command.Empty>
        {choices.map(({ metric, title }) => (
          <Command.Item
            key={metric}
            value={metric}
            keywords={[title]}
            onSelect={() => onChoose(metric)}
            className={`cursor-pointer rounded-[8px] px-2 py-1.5 text-[13px] data-[selected=true]:bg-hover ${metric === chosen ? "font-semibold" : ""}`}
          >
            {title}
          </Command.Item>
        ))}
      </Command.List>
    </Command>
  );
}
