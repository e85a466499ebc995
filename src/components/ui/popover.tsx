"use client";

import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";

interface PopoverProps {
  /** The button's label for screen readers. */
  label: string;
  button: ReactNode;
  buttonClass?: string;
  align?: "left" | "right";
  /** Opens when it is reached by key, and closes when it is left. */
  opensOnFocus?: boolean;
  children: (close: () => void) => ReactNode;
}

/** A button with a panel below it. Esc or a click outside closes it; Esc returns focus to the button. */
export function Popover({ label, button, buttonClass = "", align = "right", opensOnFocus = false, children }: PopoverProps) {
  const [open, setOpen] = useState(false);
  const closing = useRef(false);
  const root = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    closing.current = true;
    opener.current?.focus();
    closing.current = false;
  };
  useDismiss(root, open, () => setOpen(false));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc is heard on the way up from what has the focus.
    <div
      ref={root}
      className="relative"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        close();
      }}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (opensOnFocus && !currentTarget.contains(relatedTarget)) setOpen(false);
      }}
    >
      <button
        ref={opener}
        type="button"
        aria-label={label}
        aria-expanded={open}
        title={label}
        onFocus={({ currentTarget }) => {
          if (opensOnFocus && !closing.current && currentTarget.matches(":focus-visible")) setOpen(true);
        }}
        onClick={() => setOpen(!open)}
        className={`flex h-9 items-center gap-1.5 rounded-[10px] border border-line bg-card px-3 text-[13px] hover:bg-hover ${buttonClass}`}
      >
        {button}
      </button>
      {open && (
        <div
          className={`absolute top-11 z-40 rounded-[10px] border border-line bg-card p-3 max-[799px]:fixed max-[799px]:inset-x-3 max-[799px]:top-[58px] ${align === "right" ? "right-0" : "left-0"}`}
        >
          {children(close)}
        </div>
      )}
    </div>
  );
}

function useDismiss(root: RefObject<HTMLElement | null>, open: boolean, dismiss: () => void): void {
  const latest = useRef(dismiss);
  latest.current = dismiss;
  useEffect(() => {
    if (!open) return;
    const onPointer = (event: PointerEvent) => {
      if (!root.current?.contains(event.target as Node)) latest.current();
    };
    document.addEventListener("pointerdown", onPointer);
    return () => document.removeEventListener("pointerdown", onPointer);
  }, [open, root]);
}
