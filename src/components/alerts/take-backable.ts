import { showToast } from "~/components/ui/toasts";

const WAIT_MS = 5000;

/** Does something after five seconds in which it can be taken back; at once when the page goes away before. */
export function takeBackable(text: string, run: () => void, onTakenBack: () => void): void {
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
