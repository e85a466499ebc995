import type { ComponentProps } from "react";

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
