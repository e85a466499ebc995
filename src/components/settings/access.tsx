"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Card } from "~/components/ui/card";
import { Button, Field, Select, TextInput } from "~/components/ui/controls";
import { Failure, Skeleton } from "~/components/ui/states";
import { showToast } from "~/components/ui/toasts";
import { useClock } from "~/components/view/use-view";
import { MIN_PASSWORD, type Role, type TokenRole } from "~/domain/access";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";

/** Access from other machines: users with a password, programs with a token. */
export function Access() {
  const trpc = useTRPC();
  const { data: me, error } = useQuery(trpc.access.me.queryOptions());
  if (error) return <Failure error={error} />;
  if (!me) return <Skeleton label="access" height={240} />;
  return (
    <>
      <Card title="You" note={me.open ? "on this machine, without a login" : me.kind}>
        <p>
          {me.name}, {me.role}, from {me.address}
        </p>
        {me.kind === "user" && <OwnPassword />}
      </Card>
      {me.role === "admin" ? (
        <>
          <Users open={me.open} />
          <Tokens open={me.open} />
        </>
      ) : (
        <p className="text-muted">Users and tokens are an administrator's business.</p>
      )}
    </>
  );
}

function OwnPassword() {
  const trpc = useTRPC();
  const change = useMutation(
    trpc.access.changePassword.mutationOptions({
      onSuccess: () => showToast("The password is changed; your other logins have ended."),
    }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const element = event.currentTarget;
    const form = new FormData(element);
    change.mutate(
      { current: String(form.get("current")), password: String(form.get("password")) },
      { onSuccess: () => element.reset() },
    );
  };
  return (
    <form onSubmit={submit} className="mt-3 flex flex-wrap items-end gap-3">
      <Field label="Current password">
        <TextInput name="current" type="password" required autoComplete="current-password" className="w-56" />
      </Field>
      <Field label={`New one, at least ${MIN_PASSWORD} characters`}>
        <TextInput
          name="password"
          type="password"
          required
          minLength={MIN_PASSWORD}
          autoComplete="new-password"
          className="w-56"
        />
      </Field>
      <Button type="submit" disabled={change.isPending}>
        Change it
      </Button>
      {change.error && <Failure error={change.error} />}
    </form>
  );
}

function useAfterChange() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return { onSuccess: () => readAgain(queries, { queryKey: trpc.access.pathKey() }) };
}

const ROLE_OPTIONS = (
  <>
    <option value="viewer">viewer: may look</option>
    <option value="admin">admin: may change</option>
  </>
);

/** Shown instead of forms to those who need no login: anybody on this machine could make themselves a user for later. */
function OnTheMachine({ commands }: { commands: readonly string[] }) {
  return (
    <p className="mt-2 text-muted">
      Without a login, this is done on the command line:{" "}
      {commands.map((command, index) => (
        <span key={command}>
          {index > 0 && ", "}
          <code>{command}</code>
        </span>
      ))}
    </p>
  );
}

function Users({ open }: { open: boolean }) {
  const trpc = useTRPC();
  const { show } = useClock();
  const after = useAfterChange();
  const { data, error, refetch } = useQuery(trpc.access.users.queryOptions());
  const add = useMutation(trpc.access.addUser.mutationOptions(after));
  const remove = useMutation(trpc.access.removeUser.mutationOptions(after));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const element = event.currentTarget;
    const form = new FormData(element);
    add.mutate(
      { name: String(form.get("name")), password: String(form.get("password")), role: form.get("role") as Role },
      { onSuccess: () => element.reset() },
    );
  };
  const failed = add.error ?? remove.error;
  return (
    <Card title="Users" note="they log in from other machines">
      {error && <Failure error={error} retry={() => void refetch()} />}
      <ul>
        {(data?.users ?? []).map(({ name, role, createdAt }) => (
          <li key={name} className="flex flex-wrap items-center gap-3 border-b border-line py-2 last:border-0">
            <strong className="font-semibold">{name}</strong>
            <span>{role}</span>
            <span className="flex-1 text-[12.5px] text-muted">since {show(Date.parse(createdAt))}</span>
            {!open && (
              <Button onClick={() => remove.mutate({ name })} aria-label={`Remove ${name}`}>
                Remove
              </Button>
            )}
          </li>
        ))}
      </ul>
      {data?.users.length === 0 && <p className="mb-2 text-muted">Nobody yet: only this machine itself gets in.</p>}
      {open ? (
        <OnTheMachine commands={["hostscope user add NAME", "hostscope user remove NAME"]} />
      ) : (
        <form onSubmit={submit} className="mt-2 flex flex-wrap items-end gap-3">
          <Field label="Name">
            <TextInput name="name" required autoComplete="off" className="w-40" />
          </Field>
          <Field label={`Password, at least ${MIN_PASSWORD} characters`}>
            <TextInput
              name="password"
              type="password"
              required
              minLength={MIN_PASSWORD}
              autoComplete="new-password"
              className="w-56"
            />
          </Field>
          <Field label="Role">
            <Select name="role">{ROLE_OPTIONS}</Select>
          </Field>
          <Button type="submit" disabled={add.isPending}>
            Add
          </Button>
        </form>
      )}
      {failed && <Failure error={failed} />}
    </Card>
  );
}

function Tokens({ open }: { open: boolean }) {
  const trpc = useTRPC();
  const { show } = useClock();
  const after = useAfterChange();
  const [shown, setShown] = useState<string | null>(null);
  const { data, error, refetch } = useQuery(trpc.access.tokens.queryOptions());
  const create = useMutation(trpc.access.createToken.mutationOptions(after));
  const revoke = useMutation(trpc.access.revokeToken.mutationOptions(after));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const days = Number(form.get("days"));
    create.mutate(
      { name: String(form.get("name")), role: form.get("role") as TokenRole, days: days > 0 ? days : null },
      { onSuccess: ({ token }) => setShown(token) },
    );
  };
  const failed = create.error ?? revoke.error;
  return (
    <Card title="Tokens" note="for programs: Authorization: Bearer …">
      {error && <Failure error={error} retry={() => void refetch()} />}
      {shown !== null && (
        <div role="status" className="mb-2 flex flex-wrap items-center gap-3 rounded-[10px] border border-ok px-3 py-2">
          <span className="min-w-0 font-mono text-[13px] break-all">{shown}</span>
          <Button
            onClick={() => {
              void navigator.clipboard.writeText(shown);
              showToast("The token is copied");
            }}
          >
            Copy
          </Button>
          <span className="text-muted">It is shown this once.</span>
        </div>
      )}
      <ul>
        {(data?.tokens ?? []).map(({ id, name, role, lastUsedAt, expiresAt }) => (
          <li key={id} className="flex flex-wrap items-center gap-3 border-b border-line py-2 last:border-0">
            <strong className="font-semibold">{name}</strong>
            <span>{role}</span>
            <span className="flex-1 text-[12.5px] text-muted">
              {lastUsedAt === null ? "never used" : `used ${show(Date.parse(lastUsedAt))}`},{" "}
              {expiresAt === null ? "does not end" : `ends ${show(Date.parse(expiresAt))}`}
            </span>
            {!open && (
              <Button onClick={() => revoke.mutate({ id })} aria-label={`Revoke ${name}`}>
                Revoke
              </Button>
            )}
          </li>
        ))}
      </ul>
      {open ? (
        <OnTheMachine commands={["hostscope token create NAME", "hostscope token revoke ID"]} />
      ) : (
        <form onSubmit={submit} className="mt-2 flex flex-wrap items-end gap-3">
          <Field label="For what">
            <TextInput name="name" required autoComplete="off" placeholder="backup script" className="w-48" />
          </Field>
          <Field label="Role">
            <Select name="role">
              {ROLE_OPTIONS}
              <option value="pusher">pusher: may send metrics and marks</option>
            </Select>
          </Field>
          <Field label="Days, 0 for ever">
            <TextInput name="days" type="number" min="0" max="3650" defaultValue="90" className="w-24" />
          </Field>
          <Button type="submit" disabled={create.isPending}>
            Make
          </Button>
        </form>
      )}
      {failed && <Failure error={failed} />}
    </Card>
  );
}
