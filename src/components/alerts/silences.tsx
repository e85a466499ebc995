"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Card } from "~/components/ui/card";
import { Button, Field, Select, TextInput } from "~/components/ui/controls";
import { Failure, Skeleton } from "~/components/ui/states";
import { useDeletion } from "~/components/ui/use-deletion";
import { useClock } from "~/components/view/use-view";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
type Day = (typeof DAYS)[number];

type Window =
  | { kind: "once"; from: string; until: string }
  | { kind: "weekly"; days: readonly number[]; fromMinute: number; toMinute: number; timeZone: string | null };

function clockOf(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

function windowWords(window: Window, show: (at: number) => string): string {
  if (window.kind === "once") return `until ${show(Date.parse(window.until))}`;
  const days = window.days.length === 7 ? "every day" : window.days.map((day) => DAYS[day]).join(", ");
  return `${days} ${clockOf(window.fromMinute)} to ${clockOf(window.toMinute)}${window.timeZone ? ` (${window.timeZone})` : ""}`;
}

/** Silences for some hours or for a weekly window. Silenced alerts are still recorded. */
export function Silences() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { show } = useClock();
  const { data, error, refetch } = useQuery(trpc.alerts.silences.queryOptions());
  const after = { onSuccess: () => readAgain(queries, { queryKey: trpc.alerts.pathKey() }) };
  const remove = useMutation(trpc.alerts.removeSilence.mutationOptions(after));
  const deletion = useDeletion((id) => remove.mutateAsync({ id }));
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton label="silences" height={160} />;
  const shown = data.filter(({ id }) => !deletion.isGone(id));
  return (
    <>
      <Card title="Silences" note="alerts are recorded all the same, nobody is told">
        {shown.length === 0 && <p className="text-muted">None. Everybody is told of everything.</p>}
        <ul>
          {shown.map(({ id, rule, note, createdBy, window }) => (
            <li key={id} className="flex flex-wrap items-center gap-3 border-b border-line py-2 last:border-0">
              <strong className="font-semibold">{rule === "*" ? "every rule" : rule}</strong>
              <span>{windowWords(window, show)}</span>
              <span className="min-w-0 flex-1 truncate text-muted">
                {note}
                {createdBy ? ` (${createdBy})` : ""}
              </span>
              <Button
                onClick={() => deletion.remove(id, `Ended: silence of ${rule === "*" ? "every rule" : rule}`)}
                disabled={remove.isPending}
              >
                End
              </Button>
            </li>
          ))}
        </ul>
        {remove.error && <Failure error={remove.error} />}
      </Card>
      <NewSilence />
    </>
  );
}

function NewSilence() {
  const trpc = useTRPC();
  const queries = useQueryClient();
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
    <Card title="New silence">
      <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
        <Field label="Rule">
          <Select name="rule" defaultValue="*">
            <option value="*">every rule</option>
            {(rules ?? []).map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </Select>
        </Field>
        <Field label="When">
          <Select value={kind} onChange={(event) => setKind(event.target.value as typeof kind)}>
            <option value="once">now, for some hours</option>
            <option value="weekly">each week</option>
          </Select>
        </Field>
        {kind === "once" ? (
          <Field label="Hours">
            <TextInput name="hours" type="number" min="0.1" max="8760" step="0.1" defaultValue="2" className="w-24" required />
          </Field>
        ) : (
          <>
            <Field label="Name">
              <TextInput name="name" required placeholder="nights" className="w-32" />
            </Field>
            <Field label="From">
              <TextInput name="from" type="time" required defaultValue="22:00" />
            </Field>
            <Field label="To">
              <TextInput name="to" type="time" required defaultValue="06:00" />
            </Field>
            <fieldset className="flex flex-wrap gap-2">
              <legend className="text-[12.5px] text-muted">Days</legend>
              {DAYS.map((day) => (
                <label key={day} className="flex min-h-9 items-center gap-1">
                  <input
                    type="checkbox"
                    checked={days.includes(day)}
                    onChange={(event) => setDays(event.target.checked ? [...days, day] : days.filter((one) => one !== day))}
                    className="size-4 accent-series-blue"
                  />
                  {day}
                </label>
              ))}
            </fieldset>
          </>
        )}
        <Field label="Note">
          <TextInput name="note" className="w-[220px]" />
        </Field>
        <Button type="submit" disabled={add.isPending}>
          Silence
        </Button>
      </form>
      {add.error && <Failure error={add.error} />}
    </Card>
  );
}
