"use client";

import { useState } from "react";
import { Button } from "./controls";

interface ConfirmButtonProps {
  label: string;
  /** For screen readers, with the name of what it is about. */
  fullLabel: string;
  /** The button that does it, and the one that does not. */
  confirm: string;
  cancel: string;
  disabled?: boolean;
  onConfirm: () => void;
}

/** A button for what cannot be undone: it asks in its place before it acts. */
export function ConfirmButton({ label, fullLabel, confirm, cancel, disabled = false, onConfirm }: ConfirmButtonProps) {
  const [asking, setAsking] = useState(false);
  if (!asking) {
    return (
      <Button aria-label={fullLabel} disabled={disabled} onClick={() => setAsking(true)}>
        {label}
      </Button>
    );
  }
  return (
    <>
      <Button
        autoFocus
        className="text-critical"
        disabled={disabled}
        onClick={() => {
          setAsking(false);
          onConfirm();
        }}
      >
        {confirm}
      </Button>
      <Button onClick={() => setAsking(false)}>{cancel}</Button>
    </>
  );
}
