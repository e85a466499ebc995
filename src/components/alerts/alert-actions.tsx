"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLiveStore } from "~/components/live/live-provider";
import { Button, TextInput } from "~/components/ui/controls";
import { Popover } from "~/components/ui/popover";
import { Failure } from "~/components/ui/states";
import { showToast } from "~/components/ui/toasts";
import { useClock } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";
import { isAnswerAcknowledged } from "~/domain/alert";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import type { ListedAlert } from "./alert-item";
import { type SilenceChoice, silenceChoices } from "./silence-choices";

/** Acknowledging and resolving take effect at once; the message that says so takes them back. */
export function AlertActions({ alert }: { alert: ListedAlert }) {
  const [note, setNote] = useState("");
  const { row: words } = useWords().alerts;
  const trpc = useTRPC();
  const queries = useQueryClient();
  const read = () => readAgain(queries, { queryKey: trpc.alerts.pathKey() });
  const undone = {
    onSuccess: () => {
      showToast(words.undone);
      return read();
    },
    onError: ({ message }: { message: string }) => showToast(words.notUndone(message)),
  };
  const { mutate: unacknowledge } = useMutation(trpc.alerts.unacknowledge.mutationOptions(undone));
  const { mutate: reopen } = useMutation(trpc.alerts.reopen.mutationOptions(undone));
  const acknowledge = useMutation(
    trpc.alerts.acknowledge.mutationOptions({
      onSuccess: ({ id, message }) => {
        showToast(words.didAcknowledge(message), () => unacknowledge({ id }));
        setNote("");
        return read();
      },
    }),
  );
  const resolve = useMutation(
    trpc.alerts.resolve.mutationOptions({
      onSuccess: ({ id, message }) => {
        showToast(words.didResolve(message), () => reopen({ id }));
        return read();
      },
    }),
  );
  const input = { id: alert.id, ...(note !== "" && { note }) };
  const error = acknowledge.error ?? resolve.error;
  const store = useLiveStore();
  const isBusy = acknowledge.isPending || resolve.isPending;
  return (
    <div className="mt-1.5 flex flex-wrap items-center gap-2">
      <TextInput
        aria-label={words.note}
        placeholder={words.note}
        value={note}
        onChange={(event) => setNote(event.target.value)}
        className="w-[220px]"
      />
      {!isAnswerAcknowledged(alert, store.serverNow()) && (
        <Button onClick={() => acknowledge.mutate(input)} disabled={isBusy}>
          {words.acknowledge}
        </Button>
      )}
      <Button onClick={() => resolve.mutate(input)} disabled={isBusy}>
        {words.resolve}
      </Button>
      {!alert.mutedBy && <SilenceMenu alert={alert} note={note} />}
      {error && <Failure error={error} />}
    </div>
  );
}

/** Silences this alert, and no other of its rule. */
function SilenceMenu({ alert, note }: { alert: ListedAlert; note: string }) {
  const { row: words, silenceFor } = useWords().alerts;
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { timeZone, show } = useClock();
  const store = useLiveStore();
  const add = useMutation(
    trpc.alerts.addSilence.mutationOptions({
      onSuccess: () => readAgain(queries, { queryKey: trpc.alerts.pathKey() }),
    }),
  );
  const silence = ({ until, asked }: SilenceChoice) => {
    const silenced = { rule: alert.rule, match: alert.labels, note, ...asked };
    add.mutate(silenced, { onSuccess: () => showToast(words.didSilence(show(until))) });
  };
  return (
    <>
      <Popover label={words.silenceTitle(alert.message)} button={words.silence} align="left">
        {(close) => (
          <ul className="flex w-[200px] flex-col">
            {silenceChoices(store.serverNow(), timeZone, silenceFor).map((choice) => (
              <li key={choice.text}>
                <button
                  type="button"
                  className="min-h-9 w-full rounded-[8px] px-2 text-left text-[13px] hover:bg-hover"
                  onClick={() => {
                    silence(choice);
                    close();
                  }}
                >
                  {choice.text}
                </button>
              </li>
            ))}
          </ul>
        )}
      </Popover>
      {add.error && <Failure error={add.error} />}
    </>
  );
}
