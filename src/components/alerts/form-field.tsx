import type { ReactNode } from "react";

interface FormFieldProps {
  label: string;
  /** Below the input; a mistake takes its place, so that nothing moves. */
  hint?: string | undefined;
  wrong?: string | undefined;
  children: ReactNode;
}

/** A labelled input of a form whose fields stand in rows: labels, inputs and hints have a line each. */
export function FormField({ label, hint = "", wrong, children }: FormFieldProps) {
  return (
    <div className="flex min-w-0 flex-col gap-1 text-[12.5px] text-muted">
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the control is the child. */}
      <label className="flex flex-col gap-1">
        <span className="min-h-[18px]">{label}</span>
        {children}
      </label>
      <span aria-live="polite" className={`min-h-[18px] text-[12px] ${wrong === undefined ? "" : "text-critical"}`}>
        {wrong ?? hint}
      </span>
    </div>
  );
}

const COLUMNS = { 2: "min-[480px]:grid-cols-2", 3: "min-[480px]:grid-cols-3", 4: "min-[480px]:grid-cols-4" } as const;

/** Fields beside each other, of one width; labels of several lines keep the inputs aligned. */
export function FormRow({ columns = 2, children }: { columns?: keyof typeof COLUMNS; children: ReactNode }) {
  return <div className={`grid grid-cols-2 items-end gap-x-3 gap-y-1 ${COLUMNS[columns]}`}>{children}</div>;
}
