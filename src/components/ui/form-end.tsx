import type { ReactNode } from "react";
import { Button } from "./controls";
import { Failure } from "./states";

/** The end of a form in a dialog: why the last attempt failed, and its two buttons. */
export function FormEnd({ saving, blocked, onCancel }: FormEndProps): ReactNode {
  return (
    <>
      {saving.error && <Failure error={saving.error} />}
      <div className="flex gap-2">
        <Button type="submit" disabled={blocked || saving.isPending}>
          Save
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </>
  );
}

interface FormEndProps {
  readonly saving: { readonly error: Parameters<typeof Failure>[0]["error"] | null; readonly isPending: boolean };
  /** What was typed cannot be saved. */
  readonly blocked?: boolean;
  readonly onCancel: () => void;
}
