"use client";

import { useEffect, useSyncExternalStore } from "react";
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

export function Toasts() {
  const shown = useSyncExternalStore(
    subscribe,
    () => toasts,
    () => NONE,
  );
  return (
    <div
      role="status"
      aria-label="Messages"
      className="fixed right-3 bottom-[76px] z-50 flex w-[min(380px,calc(100vw-24px))] flex-col gap-2 min-[800px]:bottom-4"
    >
      {shown.map((toast) => (
        <ToastRow key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastRow({ toast }: { toast: Toast }) {
  const { id, text, undo } = toast;
  useEffect(() => {
    const timer = setTimeout(() => set(toasts.filter((one) => one.id !== id)), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id]);
  return (
    <div className="flex items-center gap-3 rounded-[10px] border border-line bg-card px-3.5 py-2.5">
      <span className="min-w-0 flex-1 break-words">{text}</span>
      {undo && (
        <Button
          onClick={() => {
            undo();
            set(toasts.filter((one) => one.id !== id));
          }}
        >
          Undo
        </Button>
      )}
    </div>
  );
}
