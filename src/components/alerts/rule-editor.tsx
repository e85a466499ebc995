"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import { Select, TextInput } from "~/components/ui/controls";
import { Dialog } from "~/components/ui/dialog";
import { FormEnd } from "~/components/ui/form-end";
import { showToast } from "~/components/ui/toasts";
import { useFormat, useWords } from "~/components/words/words-provider";
import type { ListedRule } from "~/domain/alert";
import { builtInDefinition, chartUnitOf } from "~/domain/metric";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import { Backtest } from "./backtest";
import { FormField, FormRow } from "./form-field";
import { changedDraft, draftOf, limitOf, mistakesOf, type RuleDraft, ruleOf } from "./rule-draft";

type TextName = Exclude<keyof RuleDraft, "noData" | "op" | "aggregate" | "isClearTyped">;

interface Editing {
  draft: RuleDraft;
  wrong: Partial<Record<keyof RuleDraft, string>>;
  change: (changes: Partial<RuleDraft>) => void;
}

/** Edits a rule and shows what it would have done in the last day. A drawer: its top stays where it is while one types. */
export function RuleEditor({ rule, onClose }: { rule: ListedRule | null; onClose: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { editor: words, rules } = useWords().alerts;
  const [draft, setDraft] = useState(() => draftOf(rule));
  const { data: metrics } = useQuery(trpc.metrics.catalogue.queryOptions());
  const known = useMemo(() => metrics && new Set(metrics.map(({ metric }) => metric)), [metrics]);
  const wrong = mistakesOf(draft, { metrics: known, words: words.wrong });
  const valid = Object.keys(wrong).length === 0;
  const saving = {
    onSuccess: () => {
      void readAgain(queries, { queryKey: trpc.alerts.pathKey() });
      showToast(words.saved);
      onClose();
    },
  };
  const create = useMutation(trpc.alerts.createRule.mutationOptions(saving));
  const replace = useMutation(trpc.alerts.saveRule.mutationOptions(saving));
  const save = rule ? replace : create;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (valid) save.mutate(ruleOf(draft));
  };
  const editing: Editing = { draft, wrong, change: (changes) => setDraft(changedDraft(draft, changes, rule)) };
  return (
    <Dialog kind="drawer" title={rule ? words.change(rule.name) : rules.add} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-2">
        <Text {...editing} name="name" fixed={rule !== null} />
        <Text {...editing} name="metric" list="metric-names" />
        <datalist id="metric-names">
          {(metrics ?? []).map(({ metric }) => (
            <option key={metric} value={metric} />
          ))}
        </datalist>
        <Text {...editing} name="match" hint={words.matchHint} />
        <Condition {...editing} />
        <details>
          <summary className="cursor-pointer py-1 text-[13px] text-muted">{words.more}</summary>
          <More {...editing} />
        </details>
        <Long {...editing} name="description" />
        <Long {...editing} name="remedy" />
        <Backtest draft={draft} valid={valid} onSuggest={(warning) => editing.change({ warning })} />
        <FormEnd saving={save} blocked={!valid} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

interface TextProps extends Editing {
  name: TextName;
  hint?: string;
  list?: string;
  fixed?: boolean;
}

function Text({ draft, wrong, change, name, hint, list, fixed }: TextProps) {
  const { editor: words } = useWords().alerts;
  // A new rule has no name yet, which is no mistake.
  const mistake = draft[name] === "" && name === "name" ? undefined : wrong[name];
  return (
    <FormField label={words[name]} hint={hint} wrong={mistake}>
      <TextInput
        value={draft[name]}
        readOnly={fixed}
        list={list}
        aria-invalid={mistake !== undefined}
        onChange={(event) => change({ [name]: event.target.value })}
        className="w-full"
      />
    </FormField>
  );
}

/** A threshold, with what it is read as. */
function Limit({ name, ...editing }: Editing & { name: "info" | "warning" | "critical" | "clear" }) {
  const { editor: words } = useWords().alerts;
  const format = useFormat();
  const { metric, [name]: text } = editing.draft;
  const value = limitOf(text, metric);
  const hint = value === null ? words.optional : words.means(format.limit(value, chartUnitOf(metric, builtInDefinition)));
  return <Text {...editing} name={name} hint={hint} />;
}

function Long({ draft, change, name }: Editing & { name: "description" | "remedy" }) {
  const { editor: words } = useWords().alerts;
  return (
    <FormField label={words[name]}>
      <textarea
        value={draft[name]}
        rows={2}
        maxLength={500}
        onChange={(event) => change({ [name]: event.target.value })}
        className="w-full rounded-[10px] border border-line bg-card px-3 py-2 text-[13px] text-text"
      />
    </FormField>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  value: Value;
  texts: Readonly<Record<Value, string>>;
  onChange: (value: Value) => void;
}

function Choice<Value extends string>({ label, value, texts, onChange }: ChoiceProps<Value>) {
  return (
    <FormField label={label}>
      <Select value={value} onChange={(event) => onChange(event.target.value as Value)} className="w-full">
        {Object.entries<string>(texts).map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </Select>
    </FormField>
  );
}

function Condition(editing: Editing) {
  const { editor: words } = useWords().alerts;
  const { draft, change } = editing;
  return (
    <>
      <FormRow columns={4}>
        <Choice
          label={words.aggregate}
          value={draft.aggregate}
          texts={words.aggregates}
          onChange={(aggregate) => change({ aggregate })}
        />
        <Text {...editing} name="window" hint={words.durationHint} />
        <Choice label={words.op} value={draft.op} texts={words.ops} onChange={(op) => change({ op })} />
        <Text {...editing} name="for" hint={words.durationHint} />
      </FormRow>
      <FormRow columns={3}>
        <Limit {...editing} name="warning" />
        <Limit {...editing} name="critical" />
        <Limit {...editing} name="info" />
      </FormRow>
    </>
  );
}

function More(editing: Editing) {
  const { editor: words } = useWords().alerts;
  const { draft, change } = editing;
  return (
    <>
      <FormRow columns={3}>
        <Limit {...editing} name="clear" />
        <Text {...editing} name="keepFiring" hint={words.durationHint} />
        <Choice label={words.noData} value={draft.noData} texts={words.noDatas} onChange={(noData) => change({ noData })} />
      </FormRow>
      <FormRow>
        <Text {...editing} name="forecast" hint={words.durationHint} />
        <Text {...editing} name="unusual" hint={words.durationHint} />
      </FormRow>
      <Text {...editing} name="channels" hint={words.channelsHint} />
      <Text {...editing} name="escalate" hint={words.optional} />
    </>
  );
}
