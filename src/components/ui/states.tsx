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

/** Shows an error with a retry button. Denied access shows the server's message and no retry. */
export function Failure({ error, retry }: FailureProps) {
  const { code, requestId = null }: ErrorFacts = error.data ?? {};
  const forbidden = code === "FORBIDDEN" || code === "UNAUTHORIZED";
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 rounded-[10px] border border-line bg-card px-4 py-3">
      <span className={forbidden ? "text-muted" : "text-critical"}>
        {forbidden ? "You may not see this: " : "This did not work: "}
        {error.message}
      </span>
      {requestId !== null && <span className="font-mono text-[12px] text-muted">request {requestId}</span>}
      {retry && !forbidden && <Button onClick={retry}>Try again</Button>}
    </div>
  );
}

/** Placeholder of the same height as the content. */
export function Skeleton({ label, height }: { label: string; height: number }) {
  return <div role="status" aria-label={`Loading ${label}`} className="rounded-[6px] bg-hover" style={{ height }} />;
}
