"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { Card } from "~/components/ui/card";
import { ConfirmButton } from "~/components/ui/confirm-button";
import { Button, Field, Select, TextInput } from "~/components/ui/controls";
import { Failure } from "~/components/ui/states";
import { showToast } from "~/components/ui/toasts";
import { useClock } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";
import { MIN_PASSWORD, ROLES, type Role } from "~/domain/access";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import { OnTheMachine } from "./on-the-machine";
import { NewPasswordField } from "./password-field";

const COMMANDS = ["hostscope user add NAME --role admin", "hostscope user add NAME", "hostscope user remove NAME"];

/** `open`: nobody has logged in, so nobody is made or removed here. */
export function Users({ open }: { open: boolean }) {
  const { settings } = useWords();
  const { access: words } = settings;
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { show } = useClock();
  const { data, error, refetch } = useQuery(trpc.access.users.queryOptions());
  const readUsers = () => readAgain(queries, { queryKey: trpc.access.pathKey() });
  const remove = useMutation(
    trpc.access.removeUser.mutationOptions({
      onSuccess: (_, { name }) => {
        showToast(words.userRemoved(name));
        return readUsers();
      },
    }),
  );
  return (
    <Card title={words.users} note={words.usersNote}>
      {error && <Failure error={error} retry={() => void refetch()} />}
      <ul>
        {(data?.users ?? []).map(({ name, role, createdAt }) => (
          <li key={name} className="flex flex-wrap items-center gap-3 border-b border-line py-2 last:border-0">
            <strong className="font-semibold break-all">{name}</strong>
            <span>{words.roles[role]}</span>
            <span className="text-[12.5px] text-muted">{words.since(show(Date.parse(createdAt)))}</span>
            {!open && (
              <ConfirmButton
                label={words.remove}
                fullLabel={words.removeUser(name)}
                confirm={words.removeUser(name)}
                cancel={settings.field.cancel}
                disabled={remove.isPending}
                onConfirm={() => remove.mutate({ name })}
              />
            )}
          </li>
        ))}
      </ul>
      {data?.users.length === 0 && <p className="mb-2 text-muted">{words.noUsers}</p>}
      {open ? <OnTheMachine commands={COMMANDS} /> : <NewUser onAdded={readUsers} />}
      {remove.error && <Failure error={remove.error} />}
    </Card>
  );
}

function NewUser({ onAdded }: { onAdded: () => Promise<void> }) {
  const { access: words } = useWords().settings;
  const trpc = useTRPC();
  const add = useMutation(trpc.access.addUser.mutationOptions({ onSuccess: onAdded }));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const element = event.currentTarget;
    const form = new FormData(element);
    add.mutate(
      { name: String(form.get("name")), password: String(form.get("password")), role: form.get("role") as Role },
      { onSuccess: () => element.reset() },
    );
  };
  return (
    <form onSubmit={submit} className="mt-2 flex flex-wrap items-end gap-3">
      <Field label={words.name}>
        <TextInput name="name" required autoComplete="off" className="w-40" />
      </Field>
      <NewPasswordField label={words.password(MIN_PASSWORD)} />
      <Field label={words.role}>
        <Select name="role">
          {ROLES.map((role) => (
            <option key={role} value={role}>
              {words.roleOptions[role]}
            </option>
          ))}
        </Select>
      </Field>
      <Button type="submit" disabled={add.isPending}>
        {words.addUser}
      </Button>
      {add.error && <Failure error={add.error} />}
    </form>
  );
}
