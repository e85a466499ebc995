import { useCallback } from "react";
import { useWords } from "~/components/words/words-provider";
import { showToast } from "./toasts";

/** Works on every page. What is outside of an open dialog cannot have the focus. */
function copyFromField(text: string): boolean {
  const field = document.createElement("textarea");
  const before = document.activeElement;
  field.value = text;
  field.readOnly = true;
  field.className = "fixed top-0 left-0 opacity-0";
  (document.querySelector("dialog[open]") ?? document.body).append(field);
  field.focus({ preventScroll: true });
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return copied;
}

interface Ways {
  /** Browsers have one for pages over https and for those of this machine only. */
  clipboard: Pick<Clipboard, "writeText"> | undefined;
  fromField: (text: string) => boolean;
}

/** Whether the text is in the clipboard now. Asks at once, while the browser still takes it for what the user wants. */
export async function isCopied(text: string, { clipboard, fromField }: Ways): Promise<boolean> {
  if (!clipboard) return fromField(text);
  return clipboard.writeText(text).then(
    () => true,
    () => fromField(text),
  );
}

/** Copies a text and says so with `done`, or that it failed. */
export function useCopy(): (text: string, done: string) => void {
  const { copyFailed } = useWords().ui;
  return useCallback(
    (text, done) => {
      const ways: Ways = { clipboard: navigator.clipboard, fromField: copyFromField };
      void isCopied(text, ways).then((copied) => showToast(copied ? done : copyFailed));
    },
    [copyFailed],
  );
}
