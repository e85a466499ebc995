"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Card } from "~/components/ui/card";
import { ConfirmButton } from "~/components/ui/confirm-button";
import { Button, Field, Select, TextInput } from "~/components/ui/controls";
import { Failure } from "~/components/ui/states";
import { showToast } from "~/components/ui/toasts";
import { useCopy } from "~/components/ui/use-copy";
import { useClock } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";
import { TOKEN_ROLES, type TokenRole } from "~/domain/access";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import { OnTheMachine } from "./on-the-machine";

const COMMANDS = ["hostscope token create NAME", "hostscope token revoke ID"];
const USUAL_DAYS = 90;

/** `open`: nobody has logged in, so no token is made or revoked here. */
export function Tokens({ open }: { open: boolean }) {
  const { settings } = useWords();
  const { access: words } = settings;
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { show } = useClock();
  const { data, error, refetch } = useQuery(trpc.access.tokens.queryOptions());
  const readTokens = () => readAgain(queries, { queryKey: trpc.access.pathKey() });
  const revoke = useMutation(trpc.access.revokeToken.mutationOptions({ onSuccess: readTokens }));
  const moment = (text: string) => show(Date.parse(text));
  return (
    <Card title={words.tokens} note={words.tokensNote}>
      {error && <Failure error={error} retry={() => void refetch()} />}
      <ul>
        {(data?.tokens ?? []).map(({ id, name, role, lastUsedAt, expiresAt }) => (
          <li key={id} className="flex flex-wrap items-center gap-3 border-b border-line py-2 last:border-0">
            <strong className="font-semibold break-all">{name}</strong>
            <span>{words.roles[role]}</span>
            <span className="text-[12.5px] text-muted">
              {lastUsedAt === null ? words.neverUsed : words.used(moment(lastUsedAt))},{" "}
              {expiresAt === null ? words.noExpiry : words.expires(moment(expiresAt))}
            </span>
            {!open && (
              <ConfirmButton
                label={words.revoke}
                fullLabel={words.revokeToken(name)}
                confirm={words.revokeToken(name)}
                cancel={settings.field.cancel}
                disabled={revoke.isPending}
                onConfirm={() => revoke.mutate({ id }, { onSuccess: () => showToast(words.tokenRevoked(name)) })}
              />
            )}
          </li>
        ))}
      </ul>
      {data?.tokens.length === 0 && <p className="mb-2 text-muted">{words.noTokens}</p>}
      {open ? <OnTheMachine commands={COMMANDS} /> : <NewToken onCreated={readTokens} />}
      {revoke.error && <Failure error={revoke.error} />}
    </Card>
  );
}

function NewToken({ onCreated }: { onCreated: () => Promise<void> }) {
  const { access: words } = useWords().settings;
  const copy = useCopy();
  const trpc = useTRPC();
  const [shown, setShown] = useState<string | null>(null);
  const create = useMutation(trpc.access.createToken.mutationOptions({ onSuccess: onCreated }));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const element = event.currentTarget;
    const form = new FormData(element);
    const days = Number(form.get("days"));
    create.mutate(
      { name: String(form.get("name")), role: form.get("role") as TokenRole, days: days > 0 ? days : null },
      {
        onSuccess: ({ token }) => {
          setShown(token);
          element.reset();
        },
      },
    );
  };
  return (
    <>
      <form onSubmit={submit} className="mt-2 flex flex-wrap items-end gap-3">
        <Field label={words.name}>
          <TextInput name="name" required autoComplete="off" placeholder={words.tokenName} className="w-48" />
        </Field>
        <Field label={words.role}>
          <Select name="role">
            {TOKEN_ROLES.map((role) => (
              <option key={role} value={role}>
                {words.roleOptions[role]}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={words.days}>
          <TextInput name="days" type="number" min="0" max="3650" defaultValue={USUAL_DAYS} className="w-24" />
        </Field>
        <Button type="submit" disabled={create.isPending}>
          {words.createToken}
        </Button>
      </form>
      {shown !== null && (
        <div role="status" className="mt-3 flex flex-wrap items-center gap-3 rounded-[10px] border border-ok px-3 py-2">
          <span className="min-w-0 font-mono text-[13px] break-all">{shown}</span>
          <Button onClick={() => copy(shown, words.copied)}>{words.copy}</Button>
          <span className="text-muted">{words.once}</span>
        </div>
      )}
      {create.error && <Failure error={create.error} />}
    </>
  );
}
