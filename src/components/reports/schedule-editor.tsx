"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ChangeEvent, type FormEvent, useState } from "react";
import { Field, Select, TextInput } from "~/components/ui/controls";
import { Dialog } from "~/components/ui/dialog";
import { FormEnd } from "~/components/ui/form-end";
import { showToast } from "~/components/ui/toasts";
import { usePageFacts } from "~/components/view/page-facts";
import { useWords } from "~/components/words/words-provider";
import { REPORT_FORMATS } from "~/domain/report";
import { type Answers, useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import { addressesOf, cronOf, draftOf, type ScheduleDraft } from "./schedule-draft";

export type Schedule = Answers["reports"]["schedules"][number];

const PERIODS = { day: "24", week: "168", month: "720", quarter: "2160" } as const;
const FREQUENCIES = ["day", "week", "month", "cron"] as const satisfies readonly ScheduleDraft["every"][];

/** A form for a scheduled report. */
export function ScheduleEditor({ schedule, onClose }: { schedule: Schedule | null; onClose: () => void }) {
  const { schedules, editor: words } = useWords().reports;
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { timeZone } = usePageFacts();
  const [draft, setDraft] = useState(() => draftOf(schedule, timeZone));
  const save = useMutation(
    trpc.reports.saveSchedule.mutationOptions({
      onSuccess: async ({ name }) => {
        await readAgain(queries, { queryKey: trpc.reports.schedules.queryKey() });
        showToast(words.saved(name));
        onClose();
      },
    }),
  );
  const bind = (key: keyof ScheduleDraft) => ({
    value: draft[key],
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>) => setDraft({ ...draft, [key]: event.target.value }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { name, format, hours, to } = draft;
    save.mutate({
      name: name.trim(),
      cron: cronOf(draft),
      time_zone: draft.timeZone,
      format: format as (typeof REPORT_FORMATS)[number],
      hours: Number(hours),
      to: addressesOf(to),
      replace: schedule !== null,
    });
  };
  const named = (Object.keys(PERIODS) as (keyof typeof PERIODS)[]).map((period) => [PERIODS[period], words.periods[period]]);
  const periods = named.some(([hours]) => hours === draft.hours)
    ? named
    : [[draft.hours, words.hours(Number(draft.hours))], ...named];
  return (
    <Dialog title={schedule ? schedules.changeOf(schedule.name) : schedules.add} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <Field label={words.name}>
          <TextInput {...bind("name")} required maxLength={60} placeholder={words.nameExample} readOnly={schedule !== null} />
        </Field>
        <div className="flex flex-wrap gap-3">
          <Field label={words.every}>
            <Select {...bind("every")}>
              {FREQUENCIES.map((one) => (
                <option key={one} value={one}>
                  {words.frequencies[one]}
                </option>
              ))}
            </Select>
          </Field>
          {draft.every === "week" && (
            <Field label={words.weekday}>
              <Select {...bind("weekday")}>
                {words.weekdays.map((day, index) => (
                  <option key={day} value={index}>
                    {day}
                  </option>
                ))}
              </Select>
            </Field>
          )}
          {draft.every === "cron" ? (
            <Field label={words.cron}>
              <TextInput {...bind("cron")} required placeholder="0 7 * * 1-5" className="w-40 font-mono" />
            </Field>
          ) : (
            <Field label={words.time}>
              <TextInput {...bind("time")} type="time" required />
            </Field>
          )}
          <Field label={words.timeZone}>
            <TextInput {...bind("timeZone")} required className="w-44" />
          </Field>
        </div>
        <div className="flex flex-wrap gap-3">
          <Field label={words.covers}>
            <Select {...bind("hours")}>
              {periods.map(([hours, text]) => (
                <option key={hours} value={hours}>
                  {text}
                </option>
              ))}
            </Select>
          </Field>
          <Field label={words.format}>
            <Select {...bind("format")}>
              {REPORT_FORMATS.map((format) => (
                <option key={format} value={format}>
                  {format.toUpperCase()}
                </option>
              ))}
            </Select>
          </Field>
        </div>
        {schedule?.folder ? (
          <p className="text-[13px] text-muted">{words.folder(schedule.folder)}</p>
        ) : (
          <Field label={words.to}>
            <TextInput {...bind("to")} placeholder="ops@example.org, boss@example.org" />
          </Field>
        )}
        <FormEnd saving={save} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
