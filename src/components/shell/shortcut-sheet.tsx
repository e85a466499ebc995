"use client";

import { Dialog } from "~/components/ui/dialog";
import { changePreferences, usePreferences } from "~/components/view/preferences";
import { useWords } from "~/components/words/words-provider";
import type { Shortcut } from "./shortcuts";

function Key({ children }: { children: string }) {
  return <kbd className="rounded-[6px] border border-line px-1.5 py-0.5 font-mono text-[12px]">{children}</kbd>;
}

export function ShortcutSheet({ shortcuts, onClose }: { shortcuts: readonly Shortcut[]; onClose: () => void }) {
  const { shortcuts: enabled } = usePreferences();
  const { shell } = useWords();
  const words = shell.keys;
  return (
    <Dialog title={words.title} onClose={onClose}>
      <label className="mb-3 flex items-center gap-2">
        <input
          type="checkbox"
          checked={enabled}
          onChange={(event) => changePreferences({ shortcuts: event.target.checked })}
          className="size-4 accent-series-blue"
        />
        {words.enable}
      </label>
      <dl className="grid grid-cols-1 gap-x-6 gap-y-1.5 min-[560px]:grid-cols-2">
        <div className="flex justify-between gap-3">
          <dd>{words.search}</dd>
          <dt className="flex gap-1">
            <Key>{words.ctrl}</Key>
            <Key>K</Key>
          </dt>
        </div>
        {shortcuts.map(({ keys, does }) => (
          <div key={keys.join()} className="flex justify-between gap-3">
            <dd>{does(shell)}</dd>
            <dt className="flex shrink-0 gap-1">
              {keys.map((key) => (
                <Key key={key}>{key === "Escape" ? words.escape : key}</Key>
              ))}
            </dt>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
