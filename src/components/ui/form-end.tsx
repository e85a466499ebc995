import type { ReactNode } from "react";
import { useWords } from "~/components/words/words-provider";
import { Button } from "./controls";
import { Failure } from "./states";

/** The end of a form in a dialog: why the last attempt failed, and its two buttons. */
export function FormEnd({ saving, blocked, onCancel }: FormEndProps): ReactNode {
  const { save, cancel } = useWords().ui;
  return (
    <>
      {saving.error && <Failure error={saving.error} />}
      <div className="flex gap-2">
        <Button type="submit" disabled={blocked || saving.isPending}>
          {save}
        </Button>
        <Button onClick={onCancel}>{cancel}</Button>
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
