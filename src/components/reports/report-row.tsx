"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleAlert, Download, Eye, LoaderCircle } from "lucide-react";
import { ConfirmButton } from "~/components/ui/confirm-button";
import { usePageFacts } from "~/components/view/page-facts";
import { useMayChange } from "~/components/view/role";
import { useClock } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import type { storedReportAnswer } from "~/domain/stored-report";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";

type Report = ReturnType<typeof storedReportAnswer>;

const LINK =
  "inline-flex min-h-[36px] items-center gap-1.5 rounded-[10px] border border-line bg-card px-3 text-[13px] hover:bg-hover";

/** The report's state as icon, colour and text, with the error when it failed; its size when it is ready. */
function State({ report: { state, error, bytes } }: { report: Report }) {
  const { row: words } = useWords().reports;
  const format = useFormat();
  if (state === "waiting") {
    return (
      <span className="inline-flex items-center gap-1.5 text-muted">
        <LoaderCircle size={14} className="animate-spin motion-reduce:animate-none" aria-hidden="true" />
        {words.generating}
      </span>
    );
  }
  if (state === "failed") {
    return (
      <span className="inline-flex items-center gap-1.5 text-critical">
        <CircleAlert size={14} aria-hidden="true" />
        {words.failed(error ?? "–")}
      </span>
    );
  }
  return <span className="numbers text-muted">{format.text(bytes, "By")}</span>;
}

function DeliveryState({ delivery }: { delivery: NonNullable<Report["delivery"]> }) {
  const { row: words } = useWords().reports;
  const { show } = useClock();
  const { state, attempts, answer, nextAttemptAt } = delivery;
  if (state === "done") return <span className="text-ok">{words.delivered(answer ?? "–")}</span>;
  if (state === "failed") return <span className="text-critical">{words.notDelivered(answer ?? words.noReport)}</span>;
  if (attempts === 0) return <span className="text-muted">{words.delivering}</span>;
  return (
    <span className="text-warning">
      {words.retrying(attempts, answer ?? "–")}
      {nextAttemptAt !== null && `. ${words.nextAttempt(show(Date.parse(nextAttemptAt), "time"))}`}
    </span>
  );
}

export function ReportRow({ report }: { report: Report }) {
  const { row: words } = useWords().reports;
  const { show } = useClock();
  const mayChange = useMayChange();
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
        <p className="flex flex-wrap items-baseline gap-x-2">
          <strong className="font-semibold break-all">{report.schedule ?? words.manual}</strong>
          <span className="rounded-[6px] border border-line px-1.5 py-0.5 font-mono text-[11px]">
            {report.format.toUpperCase()}
          </span>
          <span className="numbers">{words.span(show(Date.parse(report.from)), show(Date.parse(report.to)))}</span>
        </p>
        <p className="mt-0.5 flex flex-wrap gap-x-3 text-[12.5px] text-muted">
          <time dateTime={report.createdAt} className="numbers">
            {words.generated(show(Date.parse(report.createdAt)))} {report.schedule === null ? words.manually : words.bySchedule}
          </time>
          {report.delivery && <DeliveryState delivery={report.delivery} />}
        </p>
      </div>
      <span className="text-[13px]">
        <State report={report} />
      </span>
      <div className="flex flex-wrap gap-1.5">
        {report.state === "ready" && report.format === "html" && (
          <a className={LINK} href={`${file}?inline=1`} target="_blank" rel="noreferrer">
            <Eye size={14} aria-hidden="true" />
            {words.open}
          </a>
        )}
        {report.state === "ready" && (
          <a className={LINK} href={file} download={report.fileName}>
            <Download size={14} aria-hidden="true" />
            {words.download}
          </a>
        )}
        {mayChange && report.state !== "waiting" && (
          <ConfirmButton
            label={words.remove}
            fullLabel={words.removeOf(report.fileName)}
            confirm={words.confirm}
            cancel={words.keep}
            disabled={remove.isPending}
            onConfirm={() => remove.mutate({ id: report.id })}
          />
        )}
      </div>
      {remove.error && <p className="w-full text-[13px] text-critical">{remove.error.message}</p>}
    </li>
  );
}
