"use client";

import { X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { useWords } from "~/components/words/words-provider";

interface DialogProps {
  title: string;
  onClose: () => void;
  /** "drawer" opens at the right edge, over the full height. */
  kind?: "dialog" | "drawer";
  children: ReactNode;
}

/** The native modal dialog: traps focus, closes on Esc, and returns focus to where it was. */
export function Dialog({ title, onClose, kind = "dialog", children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const { close } = useWords().ui;
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const place =
    kind === "drawer"
      ? "mr-0 ml-auto my-0 h-dvh max-h-dvh w-[min(560px,100vw)] border-l"
      : "m-auto max-h-[85dvh] w-[min(640px,calc(100vw-24px))] rounded-[10px] border";
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes a dialog by itself.
    <dialog
      ref={element}
      aria-label={title}
      onClose={onClose}
      onClick={(event) => event.target === element.current && onClose()}
      className={`overflow-y-auto border-line bg-card p-0 text-text backdrop:bg-black/40 ${place}`}
    >
      <div className="p-4">
        <div className="mb-3 flex items-start gap-3">
          <h2 className="min-w-0 flex-1 text-[16px] font-semibold break-words">{title}</h2>
          <button
            type="button"
            onClick={onClose}
            aria-label={close}
            className="flex size-9 shrink-0 items-center justify-center rounded-[10px] border border-line hover:bg-hover"
          >
            <X size={16} aria-hidden="true" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
