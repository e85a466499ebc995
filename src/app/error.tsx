"use client";

import { Failure } from "~/components/ui/states";

/** A page that breaks stays in its frame. `digest` is under which the server's log has it. */
export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <Failure error={{ message: "This page could not be drawn.", data: { requestId: error.digest ?? null } }} retry={reset} />
  );
}
