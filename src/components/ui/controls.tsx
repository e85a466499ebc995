import type { ComponentProps, ReactNode } from "react";

const BASE = "min-h-[36px] rounded-[10px] border border-line bg-card px-3 text-[13px] text-text";

export function Button({ className = "", ...props }: ComponentProps<"button">) {
  return <button type="button" className={`${BASE} hover:bg-hover disabled:opacity-50 ${className}`} {...props} />;
}

/** A button that stays pressed. */
export function Toggle({ pressed, className = "", ...props }: ComponentProps<"button"> & { pressed: boolean }) {
  return (
    <Button aria-pressed={pressed} className={`${pressed ? "bg-hover font-medium" : "text-muted"} ${className}`} {...props} />
  );
}

export function TextInput({ className = "", ...props }: ComponentProps<"input">) {
  return <input className={`${BASE} placeholder:text-muted ${className}`} {...props} />;
}

export function Select({ className = "", ...props }: ComponentProps<"select">) {
  return <select className={`${BASE} ${className}`} {...props} />;
}

/** An input with its name above it, and below it what is wrong with it. */
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
