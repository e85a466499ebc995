"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, Download, Eye, LoaderCircle, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "~/components/ui/controls";
import { usePageFacts } from "~/components/view/page-facts";
import { useClock } from "~/components/view/use-view";
import { formatText } from "~/domain/format-value";
import type { storedReportAnswer } from "~/domain/stored-report";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";

type Report = ReturnType<typeof storedReportAnswer>;

const LINK =
  "inline-flex min-h-[36px] items-center gap-1.5 rounded-[10px] border border-line bg-card px-3 text-[13px] hover:bg-hover";

/** The report's state as icon, colour and text, with the error when it failed. */
function State({ report: { state, error, bytes } }: { report: Report }) {
  if (state === "waiting") {
    return (
      <span className="inline-flex items-center gap-1.5 text-muted">
        <LoaderCircle size={14} className="animate-spin motion-reduce:animate-none" aria-hidden="true" />
        being made
      </span>
    );
  }
  if (state === "failed") {
    return (
      <span className="inline-flex items-center gap-1.5 text-critical">
        <CircleAlert size={14} aria-hidden="true" />
        failed: {error}
      </span>
    );
  }
  return (
    <span className="numbers inline-flex items-center gap-1.5 text-ok">
      <CircleCheck size={14} aria-hidden="true" />
      {formatText(bytes, "By")}
    </span>
  );
}

function DeliveryState({ delivery }: { delivery: NonNullable<Report["delivery"]> }) {
  const { show } = useClock();
  const { state, attempts, answer, nextAttemptAt } = delivery;
  if (state === "done") return <span className="text-ok">delivered: {answer}</span>;
  if (state === "failed") return <span className="text-critical">not delivered: {answer ?? "the report failed"}</span>;
  if (attempts === 0) return <span className="text-muted">on its way</span>;
  const again = nextAttemptAt === null ? "" : `, again at ${show(Date.parse(nextAttemptAt), "time")}`;
  return (
    <span className="text-warning">
      try {attempts} failed{again}: {answer}
    </span>
  );
}

export function ReportRow({ report }: { report: Report }) {
  const [asking, setAsking] = useState(false);
  const { show } = useClock();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const remove = useMutation(
    trpc.reports.remove.mutationOptions({
      onSuccess: () => readAgain(queries, { queryKey: trpc.reports.list.queryKey() }),
    }),
  );
  const { basePath } = usePageFacts();
  const file = `${basePath}/api/export/reports/${report.id}`;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line py-2.5 last:border-0">
      <div className="min-w-[200px] flex-1">
        <p>
          <span className="mr-2 rounded-[6px] border border-line px-1.5 py-0.5 font-mono text-[11px]">
            {report.format.toUpperCase()}
          </span>
          <span className="numbers">
            {show(Date.parse(report.from))} to {show(Date.parse(report.to))}
          </span>
        </p>
        <p className="mt-0.5 flex flex-wrap gap-x-3 text-[12.5px] text-muted">
          <time dateTime={report.createdAt} className="numbers">
            made {show(Date.parse(report.createdAt))}
          </time>
          <span>{report.schedule === null ? "by hand" : `by schedule ${report.schedule}`}</span>
          {report.delivery && <DeliveryState delivery={report.delivery} />}
        </p>
      </div>
      <span className="text-[13px]">
        <State report={report} />
      </span>
      <div className="flex gap-1.5">
        {report.state === "ready" && report.format === "html" && (
          <a className={LINK} href={`${file}?inline=1`} target="_blank" rel="noreferrer">
            <Eye size={14} aria-hidden="true" />
            Open
          </a>
        )}
        {report.state === "ready" && (
          <a className={LINK} href={file} download={report.fileName}>
            <Download size={14} aria-hidden="true" />
            Download
          </a>
        )}
        {report.state !== "waiting" &&
          (asking ? (
            <>
              <Button className="text-critical" disabled={remove.isPending} onClick={() => remove.mutate({ id: report.id })}>
                Delete it
              </Button>
              <Button onClick={() => setAsking(false)}>Keep it</Button>
            </>
          ) : (
            <Button aria-label={`Delete ${report.fileName}`} onClick={() => setAsking(true)}>
              <Trash2 size={14} aria-hidden="true" />
            </Button>
          ))}
      </div>
      {remove.error && <p className="w-full text-[13px] text-critical">{remove.error.message}</p>}
    </li>
  );
}
