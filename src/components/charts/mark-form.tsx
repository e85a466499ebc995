"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button, TextInput } from "~/components/ui/controls";
import { showToast } from "~/components/ui/toasts";
import { useWords } from "~/components/words/words-provider";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";

const MOST_LETTERS = 200;

/** Makes a mark at a moment, now without one. */
export function MarkForm({ at, onDone }: { at?: number; onDone?: () => void }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { marks } = useWords().charts;
  const [text, setText] = useState("");
  const refresh = () => readAgain(client, { queryKey: trpc.marks.list.queryKey() });
  const remove = useMutation(trpc.marks.remove.mutationOptions({ onSettled: refresh }));
  const add = useMutation(
    trpc.marks.add.mutationOptions({
      onSuccess: ({ id }) => {
        setText("");
        showToast(marks.added, () => remove.mutate({ id }));
        onDone?.();
      },
      onSettled: refresh,
    }),
  );
  const error = add.error ?? remove.error;
  return (
    <form
      className="flex flex-wrap items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") add.mutate({ text, ...(at !== undefined && { timestamp: new Date(at).toISOString() }) });
      }}
    >
      <TextInput
        aria-label={marks.text}
        placeholder={marks.example}
        maxLength={MOST_LETTERS}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="min-w-0 flex-1"
      />
      <Button type="submit" disabled={text.trim() === "" || add.isPending}>
        {marks.add}
      </Button>
      {error && (
        <p role="alert" className="w-full text-[12.5px] text-critical">
          {error.message}
        </p>
      )}
    </form>
  );
}
