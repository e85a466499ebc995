"use client";

import { Command } from "cmdk";
import { useEffect, useRef, useState } from "react";
import { changePreferences, usePreferences } from "~/components/view/preferences";
import { useWords } from "~/components/words/words-provider";
import { type Entry, usePaletteEntries } from "./palette-entries";
import { findEntries } from "./palette-search";

const MOST_RECENT = 5;

interface PaletteProps {
  /** What has been typed before the palette was loaded. */
  typed: string;
  onClose: () => void;
  onSheet: () => void;
  onJump: () => void;
}

/** Command palette: finds pages, charts, settings, processes, alerts, times and actions. */
export function Palette({ typed, onClose, onSheet, onJump }: PaletteProps) {
  const [text, setText] = useState(typed);
  const element = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const { palette: words } = useWords().shell;
  const { recent } = usePreferences();
  const { offered, found, meant } = usePaletteEntries(text, { onSheet, onJump });
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    // A dialog that opens takes the focus away from `autoFocus`.
    field.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const choose = ({ id, isRecent, run }: Entry) => {
    if (isRecent) changePreferences({ recent: [id, ...recent.filter((one) => one !== id)].slice(0, MOST_RECENT) });
    onClose();
    run();
  };
  const again = recent.flatMap((id) => found.find((entry) => entry.id === id) ?? []);
  const isSearch = text.trim() !== "";
  return (
    <dialog
      ref={element}
      aria-label={words.label}
      onClose={onClose}
      className="mx-auto mt-[12vh] mb-auto w-[min(580px,calc(100vw-24px))] overflow-hidden rounded-[10px] border border-line bg-card p-0 text-text backdrop:bg-black/40"
    >
      <Command label={words.label} shouldFilter={false} loop>
        <Command.Input
          ref={field}
          aria-label={words.label}
          placeholder={words.placeholder}
          value={text}
          onValueChange={setText}
          className="w-full border-b border-line bg-card px-4 py-3 text-[15px] outline-none placeholder:text-muted"
        />
        <Command.List label={words.label} className="max-h-[50dvh] overflow-y-auto p-2">
          <Command.Empty className="px-3 py-4 text-muted">{words.none}</Command.Empty>
          {!isSearch && again.length > 0 && (
            <Command.Group heading={words.recent} className={HEADING}>
              {again.map((entry) => (
                <Row key={entry.id} entry={entry} prefix="recent" onChoose={choose} />
              ))}
            </Command.Group>
          )}
          {(isSearch ? [...meant, ...findEntries(found, text)] : offered).map((entry) => (
            <Row key={entry.id} entry={entry} prefix="" onChoose={choose} />
          ))}
        </Command.List>
      </Command>
    </dialog>
  );
}

const HEADING =
  "border-b border-line pb-1 mb-1 [&>[cmdk-group-heading]]:px-3 [&>[cmdk-group-heading]]:pt-2 [&>[cmdk-group-heading]]:pb-1 [&>[cmdk-group-heading]]:text-[12.5px] [&>[cmdk-group-heading]]:text-muted";

function Row({ entry, prefix, onChoose }: { entry: Entry; prefix: string; onChoose: (entry: Entry) => void }) {
  const { kinds } = useWords().shell.palette;
  return (
    <Command.Item
      value={`${prefix} ${entry.id}`}
      onSelect={() => onChoose(entry)}
      className="flex cursor-pointer items-baseline gap-3 rounded-[8px] px-3 py-2 data-[selected=true]:bg-hover"
    >
      <span className="min-w-0 flex-1 truncate" title={entry.text}>
        {entry.text}
      </span>
      {entry.note && <span className="numbers max-w-[40%] shrink-0 truncate text-[12.5px] text-muted">{entry.note}</span>}
      <span className="shrink-0 text-[12.5px] text-muted">{kinds[entry.kind]}</span>
    </Command.Item>
  );
}
