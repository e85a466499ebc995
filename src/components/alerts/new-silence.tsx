"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Card } from "~/components/ui/card";
import { Button, Select, TextInput } from "~/components/ui/controls";
import { Failure } from "~/components/ui/states";
import { useWords } from "~/components/words/words-provider";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import { FormField } from "./form-field";

/** As the API names them. */
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
type Day = (typeof DAYS)[number];

export function NewSilence() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { silences: words } = useWords().alerts;
  const { data: rules } = useQuery(trpc.alerts.rules.queryOptions());
  const [kind, setKind] = useState<"once" | "weekly">("once");
  const [days, setDays] = useState<readonly Day[]>(DAYS);
  const add = useMutation(
    trpc.alerts.addSilence.mutationOptions({
      onSuccess: () => readAgain(queries, { queryKey: trpc.alerts.pathKey() }),
    }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    const shared = { rule: text("rule"), note: text("note") };
    if (kind === "once") add.mutate({ ...shared, hours: Number(text("hours")) });
    else add.mutate({ weekly: { ...shared, name: text("name"), days: [...days], from: text("from"), to: text("to") } });
  };
  return (
    <Card title={words.add}>
      <form onSubmit={submit} className="flex flex-col gap-1">
        <div className="grid grid-cols-2 gap-x-3 gap-y-1 min-[800px]:grid-cols-4">
          <FormField label={words.rule}>
            <Select name="rule" defaultValue="*" className="w-full">
              <option value="*">{words.everyRule}</option>
              {(rules ?? []).map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </Select>
          </FormField>
          <FormField label={words.kind}>
            <Select value={kind} onChange={(event) => setKind(event.target.value as typeof kind)} className="w-full">
              <option value="once">{words.once}</option>
              <option value="weekly">{words.weeklyKind}</option>
            </Select>
          </FormField>
          {kind === "once" ? (
            <FormField label={words.hours}>
              <TextInput
                name="hours"
                type="number"
                min="0.1"
                max="8760"
                step="0.1"
                defaultValue="2"
                className="w-full"
                required
              />
            </FormField>
          ) : (
            <>
              <FormField label={words.nameOf}>
                <TextInput name="name" required placeholder={words.namePlaceholder} className="w-full" />
              </FormField>
              <FormField label={words.from}>
                <TextInput name="from" type="time" required defaultValue="22:00" className="w-full" />
              </FormField>
              <FormField label={words.to}>
                <TextInput name="to" type="time" required defaultValue="06:00" className="w-full" />
              </FormField>
            </>
          )}
          <FormField label={words.noteOf}>
            <TextInput name="note" className="w-full" />
          </FormField>
        </div>
        {kind === "weekly" && <DayChoice days={days} onChange={setDays} />}
        <Button type="submit" disabled={add.isPending || (kind === "weekly" && days.length === 0)} className="self-start">
          {words.silence}
        </Button>
      </form>
      {add.error && <Failure error={add.error} />}
    </Card>
  );
}

function DayChoice({ days, onChange }: { days: readonly Day[]; onChange: (days: readonly Day[]) => void }) {
  const { silences: words } = useWords().alerts;
  return (
    <fieldset className="mb-2 flex flex-wrap gap-x-4">
      <legend className="text-[12.5px] text-muted">{words.daysOf}</legend>
      {DAYS.map((day, index) => (
        <label key={day} className="flex min-h-9 items-center gap-1.5 text-[13px]">
          <input
            type="checkbox"
            checked={days.includes(day)}
            onChange={(event) => onChange(DAYS.filter((one) => (one === day ? event.target.checked : days.includes(one))))}
            className="size-4 accent-series-blue"
          />
          {words.days[index]}
        </label>
      ))}
    </fieldset>
  );
}
