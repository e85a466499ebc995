"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ChangeEvent, type FormEvent, useState } from "react";
import { Field, Select, TextInput } from "~/components/ui/controls";
import { Dialog } from "~/components/ui/dialog";
import { FormEnd } from "~/components/ui/form-end";
import { showToast } from "~/components/ui/toasts";
import { usePageFacts } from "~/components/view/page-facts";
import { REPORT_FORMATS } from "~/domain/report";
import { type Answers, useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import { addressesOf, cronOf, draftOf, type ScheduleDraft } from "./schedule-draft";

export type Schedule = Answers["reports"]["schedules"][number];

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const PERIODS: readonly (readonly [hours: string, text: string])[] = [
  ["24", "the last day"],
  ["168", "the last 7 days"],
  ["720", "the last 30 days"],
  ["2160", "the last 90 days"],
];

/** A form for a scheduled report. */
export function ScheduleEditor({ schedule, onClose }: { schedule: Schedule | null; onClose: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { timeZone } = usePageFacts();
  const [draft, setDraft] = useState(() => draftOf(schedule, timeZone));
  const save = useMutation(
    trpc.reports.saveSchedule.mutationOptions({
      onSuccess: async ({ name }) => {
        await readAgain(queries, { queryKey: trpc.reports.schedules.queryKey() });
        showToast(`The schedule ${name} is saved`);
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
    });
  };
  const periods = PERIODS.some(([hours]) => hours === draft.hours) ? PERIODS : [[draft.hours, `${draft.hours} h`], ...PERIODS];
  return (
    <Dialog title={schedule ? `Change ${schedule.name}` : "New schedule"} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <Field label="Name">
          <TextInput {...bind("name")} required maxLength={60} placeholder="weekly" readOnly={schedule !== null} />
        </Field>
        <div className="flex flex-wrap gap-3">
          <Field label="Every">
            <Select {...bind("every")}>
              <option value="day">day</option>
              <option value="week">week</option>
              <option value="month">month, on the 1st</option>
              <option value="cron">as a cron pattern says</option>
            </Select>
          </Field>
          {draft.every === "week" && (
            <Field label="On">
              <Select {...bind("weekday")}>
                {WEEKDAYS.map((day, index) => (
                  <option key={day} value={index}>
                    {day}
                  </option>
                ))}
              </Select>
            </Field>
          )}
          {draft.every === "cron" ? (
            <Field label="Cron pattern">
              <TextInput {...bind("cron")} required placeholder="0 7 * * 1-5" className="w-40 font-mono" />
            </Field>
          ) : (
            <Field label="At">
              <TextInput {...bind("time")} type="time" required />
            </Field>
          )}
          <Field label="Time zone">
            <TextInput {...bind("timeZone")} required className="w-44" />
          </Field>
        </div>
        <div className="flex flex-wrap gap-3">
          <Field label="Covers">
            <Select {...bind("hours")}>
              {periods.map(([hours, text]) => (
                <option key={hours} value={hours}>
                  {text}
                </option>
              ))}
            </Select>
          </Field>
          <Field label="Format">
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
          <p className="text-[13px] text-muted">It is written to {schedule.folder}, as the configuration file says.</p>
        ) : (
          <Field label="Mail it to (optional; it is kept on this page as well)">
            <TextInput {...bind("to")} placeholder="ops@example.org, boss@example.org" />
          </Field>
        )}
        <FormEnd saving={save} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
