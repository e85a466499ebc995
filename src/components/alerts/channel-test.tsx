"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "~/components/ui/controls";
import { Failure } from "~/components/ui/states";
import { useWords } from "~/components/words/words-provider";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";

/** A button that sends a test, and how it ended. */
export function ChannelTest({ channel }: { channel: string }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { channels: words } = useWords().alerts;
  const send = useMutation(
    trpc.alerts.test.mutationOptions({ onSuccess: () => readAgain(queries, { queryKey: trpc.alerts.pathKey() }) }),
  );
  return (
    <>
      <Button onClick={() => send.mutate({ channel })} disabled={send.isPending}>
        {send.isPending ? words.testing : words.test}
      </Button>
      {send.data && (
        <p role="status" className={`order-last w-full text-[13px] ${send.data.ok ? "text-ok" : "text-critical"}`}>
          {send.data.ok ? words.delivered(send.data.answer) : words.notDelivered(send.data.answer)}
          {send.data.hint !== null && <span className="ml-2 text-muted">{send.data.hint}</span>}
        </p>
      )}
      {send.error && <Failure error={send.error} />}
    </>
  );
}
