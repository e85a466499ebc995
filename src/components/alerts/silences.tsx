"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Card } from "~/components/ui/card";
import { Button } from "~/components/ui/controls";
import { Failure, Skeleton } from "~/components/ui/states";
import { useDeletion } from "~/components/ui/use-deletion";
import { useMayChange } from "~/components/view/role";
import { useClock } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";
import { type Answers, useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import { NewSilence } from "./new-silence";
import { windowText } from "./window-text";

const CELL = "py-2 pr-4 text-left";
const HEAD = `${CELL} font-normal`;

/** Silences for some hours or for a weekly window. Silenced alerts are still recorded. */
export function Silences() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { silences: words } = useWords().alerts;
  const mayChange = useMayChange();
  const { data, error, refetch } = useQuery(trpc.alerts.silences.queryOptions());
  const after = { onSuccess: () => readAgain(queries, { queryKey: trpc.alerts.pathKey() }) };
  const remove = useMutation(trpc.alerts.removeSilence.mutationOptions(after));
  const deletion = useDeletion((id) => remove.mutateAsync({ id }));
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton label={words.name} height={160} />;
  const shown = data.filter(({ id }) => !deletion.isGone(id));
  const ruleText = (rule: string) => (rule === "*" ? words.everyRule : rule);
  return (
    <>
      <Card title={words.title} note={words.note}>
        {shown.length === 0 && <p className="text-muted">{words.none}</p>}
        {shown.length > 0 && (
          <div className="overflow-x-auto">
            <table className="w-full border-collapse text-[13px]">
              <thead className="text-[12.5px] text-muted">
                <tr>
                  <th className={HEAD}>{words.rule}</th>
                  <th className={HEAD}>{words.when}</th>
                  <th className={HEAD}>{words.noteOf}</th>
                  <th className={HEAD}>{words.by}</th>
                  {mayChange && <td />}
                </tr>
              </thead>
              <tbody>
                {shown.map((silence) => (
                  <SilenceRow
                    key={silence.id}
                    silence={silence}
                    ruleText={ruleText(silence.rule)}
                    disabled={remove.isPending}
                    onEnd={() => deletion.remove(silence.id, words.ended(ruleText(silence.rule)))}
                  />
                ))}
              </tbody>
            </table>
          </div>
        )}
        {remove.error && <Failure error={remove.error} />}
      </Card>
      {mayChange && <NewSilence />}
    </>
  );
}

interface SilenceRowProps {
  silence: Answers["alerts"]["silences"][number];
  ruleText: string;
  disabled: boolean;
  onEnd: () => void;
}

function SilenceRow({ silence: { note, createdBy, match, window }, ruleText, disabled, onEnd }: SilenceRowProps) {
  const { silences: words } = useWords().alerts;
  const { show } = useClock();
  const mayChange = useMayChange();
  const labels = Object.values(match).join(" ");
  return (
    <tr className="border-t border-line">
      <td className={CELL}>
        <strong className="font-semibold">{ruleText}</strong> {labels !== "" && <span className="text-muted">{labels}</span>}
      </td>
      <td className={CELL}>{windowText(window, { words, show })}</td>
      <td className={`${CELL} break-words text-muted`}>{note}</td>
      <td className={`${CELL} text-muted`}>{createdBy}</td>
      {mayChange && (
        <td className="py-2 text-right">
          <Button onClick={onEnd} disabled={disabled}>
            {words.end}
          </Button>
        </td>
      )}
    </tr>
  );
}
