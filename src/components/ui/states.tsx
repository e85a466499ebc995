"use client";

import { useWords } from "~/components/words/words-provider";
import { Button } from "./controls";

interface FailureProps {
  error: { message: string; data?: object | null | undefined };
  retry?: () => void;
}

interface ErrorFacts {
  code?: string;
  /** The request id in the server's log. */
  requestId?: string | null;
}

/** Shows an error with a retry button. Denied access cannot be retried. */
export function Failure({ error, retry }: FailureProps) {
  const { ui } = useWords();
  const { code, requestId = null }: ErrorFacts = error.data ?? {};
  const forbidden = code === "FORBIDDEN" || code === "UNAUTHORIZED";
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 rounded-[10px] border border-line bg-card px-4 py-3">
      <span className={forbidden ? "text-muted" : "text-critical"}>{forbidden ? ui.forbidden : ui.failed(error.message)}</span>
      {requestId !== null && !forbidden && (
        <details className="text-[12px] text-muted">
          <summary className="cursor-pointer">{ui.details}</summary>
          <span className="font-mono">{ui.request(requestId)}</span>
        </details>
      )}
      {retry && !forbidden && <Button onClick={retry}>{ui.retry}</Button>}
    </div>
  );
}

/** Placeholder of the same height as the content. */
export function Skeleton({ label, height }: { label: string; height: number }) {
  const { loading } = useWords().ui;
  return <div role="status" aria-label={loading(label)} className="rounded-[6px] bg-hover" style={{ height }} />;
}
