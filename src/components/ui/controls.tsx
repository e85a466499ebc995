"use client";

import { type ComponentProps, type ReactNode, useSyncExternalStore } from "react";

const BASE = "min-h-[36px] rounded-[10px] border border-line bg-card px-3 text-[13px] text-text";

const never = () => () => undefined;

/** False until React has hydrated the page: input made before that would be lost. */
const useTakenOver = () =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );

export function Button({ className = "", disabled = false, ...props }: ComponentProps<"button">) {
  const isTakenOver = useTakenOver();
  const look = `${BASE} hover:bg-hover ${disabled ? "opacity-50" : ""} ${className}`;
  return <button type="button" className={look} disabled={disabled || !isTakenOver} {...props} />;
}

/** A toggle button. Pressed, its frame is dark, which takes no room: a heavier weight would move its neighbours. */
export function Toggle({ pressed, className = "", ...props }: ComponentProps<"button"> & { pressed: boolean }) {
  return (
    <Button
      aria-pressed={pressed}
      className={`${pressed ? "bg-hover text-text shadow-[inset_0_0_0_1px_var(--muted)]" : "text-muted"} ${className}`}
      {...props}
    />
  );
}

export function TextInput({ className = "", ...props }: ComponentProps<"input">) {
  const isTakenOver = useTakenOver();
  return <input className={`${BASE} placeholder:text-muted ${className}`} readOnly={!isTakenOver} {...props} />;
}

export function Select({ className = "", ...props }: ComponentProps<"select">) {
  const isTakenOver = useTakenOver();
  return <select className={`${BASE} ${className}`} disabled={!isTakenOver} {...props} />;
}

/** A labelled input with its error below. */
export function Field({ label, wrong, children }: { label: string; wrong?: string | undefined; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child.
    <label className="flex flex-col gap-1 text-[12.5px] text-muted">
      {label}
      {children}
      {wrong !== undefined && <span className="text-critical">{wrong}</span>}
    </label>
  );
}
