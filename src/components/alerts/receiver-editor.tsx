"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { TargetNote, useRefusedTargets } from "~/components/settings/target-note";
import { Field, Select, TextInput } from "~/components/ui/controls";
import { Dialog } from "~/components/ui/dialog";
import { FormEnd } from "~/components/ui/form-end";
import { showToast } from "~/components/ui/toasts";
import { useWords } from "~/components/words/words-provider";
import type { Receiver, ReceiverField, ReceiverKind } from "~/domain/receiver";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import { changesOf, draftOf, isStored, labelOf, mistakesOf, textOf } from "./receiver-form";

interface ReceiverEditorProps {
  kinds: readonly ReceiverKind[];
  /** All that are configured. */
  receivers: readonly Receiver[];
  /** Null for a new one. */
  receiver: Receiver | null;
  etag: string;
  onClose: () => void;
}

/** A form for a channel: a field for each of its keys. */
export function ReceiverEditor({ kinds, receivers, receiver, etag, onClose }: ReceiverEditorProps) {
  const trpc = useTRPC();
  const { receiver: words } = useWords().alerts;
  const queries = useQueryClient();
  // There is one block for mail.
  const offered = kinds.filter(({ kind }) => kind !== "email" || !receivers.some((one) => one.kind === "email"));
  const [name, setName] = useState(receiver?.kind ?? offered[0]?.kind ?? "");
  const kind = kinds.find((one) => one.kind === name) as ReceiverKind;
  const [draft, setDraft] = useState(() => draftOf(kind, receiver));
  const [tried, setTried] = useState(false);
  const before = receiver ? draftOf(kind, receiver) : {};
  const typed = Object.fromEntries(Object.entries(draft).filter(([key, text]) => text !== before[key]));
  const wrong = { ...mistakesOf(kind, draft, { receiver, words }), ...useRefusedTargets(typed) };
  const save = useMutation(
    trpc.config.set.mutationOptions({
      // The list behind is that of now when this closes: the next change is made to it.
      onSuccess: async ({ passwordRemoved }) => {
        await readAgain(queries, { queryKey: trpc.alerts.pathKey() });
        showToast(passwordRemoved ? words.passwordRemoved : words.saved(kind.title));
        onClose();
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(wrong).length > 0) return;
    const count = receivers.filter((one) => one.kind === kind.kind).length;
    const changes = changesOf(kind, draft, { receiver, count });
    if (changes.length === 0) onClose();
    else save.mutate({ changes: changes as Parameters<typeof save.mutate>[0]["changes"], ifMatch: etag });
  };
  return (
    <Dialog title={receiver ? words.change(receiver.name) : words.add} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3" autoComplete="off">
        {!receiver && (
          <Field label={words.service}>
            <Select
              value={name}
              onChange={(event) => {
                const next = kinds.find((one) => one.kind === event.target.value) as ReceiverKind;
                setName(next.kind);
                setDraft(draftOf(next, null));
                setTried(false);
              }}
            >
              {offered.map(({ kind: value, title }) => (
                <option key={value} value={value}>
                  {title}
                </option>
              ))}
            </Select>
          </Field>
        )}
        {[...kind.fields].sort(neededFirst).map((field) => (
          <ReceiverInput
            key={field.key}
            field={field}
            value={draft[field.key] ?? ""}
            isStored={isStored(field.key, receiver)}
            wrong={tried || draft[field.key] !== "" ? wrong[field.key] : undefined}
            onChange={(value) => setDraft({ ...draft, [field.key]: value })}
          />
        ))}
        <TargetNote />
        <FormEnd saving={save} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

/** What says where to send, then the rest, and what it is told of last. */
const rank = ({ kind, required }: ReceiverField) => (required ? 0 : kind === "choices" ? 2 : 1);
const neededFirst = (a: ReceiverField, b: ReceiverField) => rank(a) - rank(b);

interface ReceiverInputProps {
  field: ReceiverField;
  value: string;
  /** A secret that is stored is not shown. */
  isStored: boolean;
  wrong: string | undefined;
  onChange: (value: string) => void;
}

function ReceiverInput({ field, value, isStored: stored, wrong, onChange }: ReceiverInputProps) {
  const { key, kind, required, choices, default: initial } = field;
  const { alerts, ui } = useWords();
  const { receiver: words } = alerts;
  const { severity } = ui;
  const isOptional = !required && (initial === undefined || initial === null || kind === "pairs");
  const named = words.labels[key] ?? labelOf(key);
  const label = isOptional ? words.optional(named) : named;
  const change = (event: { target: { value: string } }) => onChange(event.target.value);
  const invalid = { "aria-invalid": wrong !== undefined };
  if (kind === "choices") {
    const chosen = value.split(", ");
    return (
      <fieldset className="flex flex-wrap gap-x-4">
        <legend className="text-[12.5px] text-muted">{named}</legend>
        {choices.map((choice) => (
          <label key={choice} className="flex min-h-9 items-center gap-1.5 text-[13px]">
            <input
              type="checkbox"
              checked={chosen.includes(choice)}
              onChange={(event) =>
                onChange(choices.filter((one) => (one === choice ? event.target.checked : chosen.includes(one))).join(", "))
              }
              className="size-4 accent-series-blue"
            />
            {key === "severities" ? (severity[choice as keyof typeof severity] ?? choice) : choice}
          </label>
        ))}
        {wrong !== undefined && <span className="text-[12.5px] text-critical">{wrong}</span>}
      </fieldset>
    );
  }
  return (
    <Field label={label} wrong={wrong}>
      {kind === "choice" ? (
        <Select value={value} onChange={change}>
          {initial === null && <option value="">{words.byAddress}</option>}
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </Select>
      ) : kind === "long" || kind === "pairs" ? (
        <textarea
          value={value}
          rows={kind === "long" ? 4 : 2}
          onChange={change}
          placeholder={kind === "pairs" ? "Authorization: Bearer abc" : ""}
          className="rounded-[10px] border border-line bg-card px-3 py-2 font-mono text-[13px] text-text"
          {...invalid}
        />
      ) : (
        <TextInput
          type={kind === "secret" ? "password" : "text"}
          autoComplete={kind === "secret" ? "new-password" : "off"}
          inputMode={kind === "number" ? "numeric" : undefined}
          value={value}
          placeholder={stored ? words.stored : kind === "names" ? words.several : textOf(initial)}
          onChange={change}
          {...invalid}
        />
      )}
    </Field>
  );
}
