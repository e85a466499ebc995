"use client";

import { useEffect, useSyncExternalStore } from "react";
import { useWords } from "~/components/words/words-provider";
import { Button } from "./controls";

export interface Toast {
  id: number;
  text: string;
  /** Undoes the action while the toast is visible. */
  undo?: () => void;
}

const SHOWN_MS = 5000;
const MOST = 3;
const NONE: readonly Toast[] = [];

let toasts: readonly Toast[] = NONE;
let lastId = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Shows a message that needs no answer. */
export function showToast(text: string, undo?: () => void): void {
  set([...toasts.slice(1 - MOST), { id: ++lastId, text, ...(undo && { undo }) }]);
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Wide screens show messages at the foot of the menu, where they cover nothing; phones above their bar. */
export function Toasts() {
  const { messages } = useWords().ui;
  const shown = useSyncExternalStore(
    subscribe,
    () => toasts,
    () => NONE,
  );
  return (
    <div
      role="status"
      aria-label={messages}
      className="fixed right-3 bottom-[76px] z-50 flex w-[min(380px,calc(100vw-24px))] flex-col gap-2 min-[800px]:right-auto min-[800px]:bottom-4 min-[800px]:left-2.5 min-[800px]:w-[180px]"
    >
      {shown.map((toast) => (
        <ToastRow key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastRow({ toast }: { toast: Toast }) {
  const { id, text, undo } = toast;
  const { undo: undoText } = useWords().ui;
  useEffect(() => {
    const timer = setTimeout(() => set(toasts.filter((one) => one.id !== id)), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id]);
  return (
    <div className="flex items-center gap-3 rounded-[10px] border border-line bg-card px-3.5 py-2.5 min-[800px]:flex-col min-[800px]:items-start">
      <span className="min-w-0 flex-1 text-[13px] break-words">{text}</span>
      {undo && (
        <Button
          onClick={() => {
            undo();
            set(toasts.filter((one) => one.id !== id));
          }}
        >
          {undoText}
        </Button>
      )}
    </div>
  );
}
