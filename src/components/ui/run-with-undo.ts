import { showToast } from "./toasts";

const WAIT_MS = 5000;

/** Runs an action after five seconds unless the user undoes it; immediately when the page is closed before that. */
export function runWithUndo(text: string, run: () => void, onTakenBack: () => void): void {
  const finish = () => {
    clearTimeout(timer);
    window.removeEventListener("pagehide", act);
  };
  const act = () => {
    finish();
    run();
  };
  const timer = setTimeout(act, WAIT_MS);
  window.addEventListener("pagehide", act);
  showToast(text, () => {
    finish();
    onTakenBack();
  });
}
