"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useLiveStore } from "~/components/live/live-provider";
import { Popover } from "~/components/ui/popover";
import { showToast } from "~/components/ui/toasts";
import { useClock } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import type { ListedAlert } from "./finding";

const HOURS = [1, 2, 8, 24];

/** Silences one alert, and no other of its rule, for some hours. */
export function SilenceButton({ alert, text }: { alert: Pick<ListedAlert, "rule" | "labels">; text: string }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { show } = useClock();
  const store = useLiveStore();
  const words = useWords().overview.alerts;
  const onSuccess = () => readAgain(queries, { queryKey: trpc.alerts.pathKey() });
  const onError = ({ message }: { message: string }) => showToast(message);
  const end = useMutation(trpc.alerts.removeSilence.mutationOptions({ onSuccess, onError }));
  const add = useMutation(trpc.alerts.addSilence.mutationOptions({ onSuccess, onError }));
  const silence = (hours: number) => {
    const until = store.serverNow() + hours * 3_600_000;
    // The button goes with the alert's next reading, and callbacks of `mutate` would go with it.
    void add.mutateAsync({ rule: alert.rule, match: alert.labels, hours }).then(
      ({ id }) => showToast(words.silencedUntil(show(until)), () => end.mutate({ id })),
      () => {},
    );
  };
  return (
    <Popover label={words.silenceAlert(text)} button={words.silence} buttonClass="!h-8">
      {(close) => (
        <ul className="flex w-[130px] flex-col">
          {HOURS.map((hours) => (
            <li key={hours}>
              <button
                type="button"
                disabled={add.isPending}
                className="min-h-9 w-full rounded-[8px] px-2 text-left text-[13px] hover:bg-hover"
                onClick={() => {
                  silence(hours);
                  close();
                }}
              >
                {words.hours(hours)}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Popover>
  );
}
