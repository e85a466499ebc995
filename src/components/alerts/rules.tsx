"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Card } from "~/components/ui/card";
import { Button } from "~/components/ui/controls";
import { Failure, Skeleton } from "~/components/ui/states";
import { useDeletion } from "~/components/ui/use-deletion";
import { useMayChange } from "~/components/view/role";
import { useFormat, useWords } from "~/components/words/words-provider";
import type { ListedRule } from "~/domain/alert";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import { conditionText } from "./rule-condition";
import { TextWithCode } from "./text-with-code";

const RuleEditor = dynamic(() => import("./rule-editor").then(({ RuleEditor: loaded }) => loaded), { ssr: false });

const COLUMNS = "grid gap-x-4 gap-y-1 min-[900px]:grid-cols-[minmax(0,1fr)_minmax(0,330px)_190px]";

export function Rules() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { rules: words } = useWords().alerts;
  const mayChange = useMayChange();
  const [edited, setEdited] = useState<ListedRule | "new" | null>(null);
  const { data, error, refetch } = useQuery(trpc.alerts.rules.queryOptions());
  const after = { onSuccess: () => readAgain(queries, { queryKey: trpc.alerts.rules.queryKey() }) };
  const remove = useMutation(trpc.alerts.deleteRule.mutationOptions(after));
  const enable = useMutation(trpc.alerts.enableRule.mutationOptions(after));
  const deletion = useDeletion((name) => remove.mutateAsync({ name }));
  const failed = remove.error ?? enable.error;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton label={words.name} height={420} />;
  return (
    <Card
      title={words.title}
      note={words.note}
      aside={mayChange && <Button onClick={() => setEdited("new")}>{words.add}</Button>}
    >
      {failed && <Failure error={failed} />}
      <div aria-hidden="true" className={`${COLUMNS} border-b border-line pb-1.5 text-[12.5px] text-muted max-[899px]:hidden`}>
        <span>{words.rule}</span>
        <span>{words.condition}</span>
      </div>
      <ul>
        {data
          .filter(({ name, source }) => source !== "own" || !deletion.isGone(name))
          .map((rule) => (
            <RuleRow
              key={rule.name}
              rule={rule}
              onEdit={() => setEdited(rule)}
              onEnable={(enabled) => enable.mutate({ name: rule.name, enabled })}
              onRemove={(text) => deletion.remove(rule.name, text)}
            />
          ))}
      </ul>
      {edited !== null && <RuleEditor rule={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
    </Card>
  );
}

interface RuleRowProps {
  rule: ListedRule;
  onEdit: () => void;
  onEnable: (enabled: boolean) => void;
  /** Deletes a custom rule, or gives a built-in one its values back; `text` says so. */
  onRemove: (text: string) => void;
}

function RuleRow({ rule, ...actions }: RuleRowProps) {
  const { rules: words } = useWords().alerts;
  const format = useFormat();
  const mayChange = useMayChange();
  const { name, metric, enabled, source, description, remedy } = rule;
  return (
    <li className={`${COLUMNS} items-start border-b border-line py-2.5 last:border-0`}>
      <div className="min-w-0">
        <p className="flex flex-wrap items-baseline gap-x-3">
          <strong className={`font-semibold break-words ${enabled ? "" : "text-muted line-through"}`}>{name}</strong>
          <span className="text-[12.5px] text-muted">{enabled ? words.source[source] : words.off}</span>
        </p>
        <p className="font-mono text-[12px] break-all text-muted">{metric}</p>
        <p className="text-[13px] text-muted">
          <TextWithCode text={`${description} ${remedy}`} />
        </p>
      </div>
      <span className="numbers text-[13px]">{conditionText(rule, { words, format })}</span>
      {mayChange && <RuleActions rule={rule} {...actions} />}
    </li>
  );
}

function RuleActions({ rule: { name, source, enabled }, onEdit, onEnable, onRemove }: RuleRowProps) {
  const { rules: words } = useWords().alerts;
  const isOwn = source === "own";
  return (
    <div className="flex flex-wrap gap-2 min-[900px]:justify-end">
      <Button onClick={onEdit} aria-label={words.changeOf(name)}>
        {words.change}
      </Button>
      {source === "shipped" || !enabled ? (
        <Button onClick={() => onEnable(!enabled)}>{enabled ? words.switchOff : words.switchOn}</Button>
      ) : (
        <Button onClick={() => onRemove(isOwn ? words.removed(name) : words.wasReset(name))}>
          {isOwn ? words.remove : words.reset}
        </Button>
      )}
    </div>
  );
}
