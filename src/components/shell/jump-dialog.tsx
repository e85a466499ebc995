"use client";

import { type FormEvent, useEffect, useRef, useState } from "react";
import { useLiveStore } from "~/components/live/live-provider";
import { Button } from "~/components/ui/controls";
import { Dialog } from "~/components/ui/dialog";
import { useClock } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";
import { momentOf } from "./jump";
import { useJump } from "./use-jump";

/** Asks for a moment and shows the page at it. */
export function JumpDialog({ typed, onClose }: { typed: string; onClose: () => void }) {
  const [text, setText] = useState(typed);
  const field = useRef<HTMLInputElement>(null);
  const words = useWords().shell.jump;
  const store = useLiveStore();
  const clock = useClock();
  const jump = useJump();
  const meant = momentOf(text, store.getState().at ?? store.serverNow(), clock.timeZone);
  // The dialog has moved the focus to its first button.
  useEffect(() => {
    const { current } = field;
    current?.focus();
    current?.setSelectionRange(current.value.length, current.value.length);
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typeof meant === "string") return;
    onClose();
    jump(meant);
  };
  const wrong = text.trim() !== "" && typeof meant === "string";
  return (
    <Dialog title={words.title} onClose={onClose}>
      <form onSubmit={submit}>
        <label htmlFor="jump-text" className="mb-1 block text-[12.5px] text-muted">
          {words.examples}
        </label>
        <div className="flex gap-2">
          <input
            ref={field}
            id="jump-text"
            aria-label={words.field}
            value={text}
            autoComplete="off"
            spellCheck={false}
            aria-invalid={wrong}
            aria-describedby="jump-meaning"
            onChange={(event) => setText(event.target.value)}
            className="min-h-[36px] min-w-0 flex-1 rounded-[10px] border border-line bg-card px-3 text-text"
          />
          <Button type="submit" disabled={typeof meant === "string"}>
            {words.go}
          </Button>
        </div>
        <p id="jump-meaning" className={`mt-1 min-h-[18px] text-[12.5px] ${wrong ? "text-critical" : "text-muted"}`}>
          {wrong ? (meant === "future" ? words.future : words.unreadable(text.trim())) : null}
          {typeof meant === "number" && clock.show(meant)}
        </p>
      </form>
    </Dialog>
  );
}
