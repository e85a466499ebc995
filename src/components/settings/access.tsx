"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { Card } from "~/components/ui/card";
import { Button, Field, TextInput } from "~/components/ui/controls";
import { Failure, Skeleton } from "~/components/ui/states";
import { showToast } from "~/components/ui/toasts";
import { useWords } from "~/components/words/words-provider";
import { MIN_PASSWORD } from "~/domain/access";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import { NewPasswordField } from "./password-field";
import { Tokens } from "./tokens";
import { Users } from "./users";

/** Access from other machines: users with a password, programs with a token. */
export function Access() {
  const { access: words } = useWords().settings;
  const trpc = useTRPC();
  const { data: me, error } = useQuery(trpc.access.me.queryOptions());
  if (error) return <Failure error={error} />;
  if (!me) return <Skeleton label={words.loading} height={240} />;
  return (
    <>
      <Card title={words.you} note={words.kinds[me.kind]}>
        <p>{words.identity(me.name, words.roles[me.role], me.address)}</p>
        {me.kind === "user" && <OwnPassword />}
      </Card>
      {me.role === "admin" ? (
        <>
          <Users open={me.open} />
          <Tokens open={me.open} />
        </>
      ) : (
        <p className="text-muted">{words.adminsOnly}</p>
      )}
    </>
  );
}

function OwnPassword() {
  const { access: words } = useWords().settings;
  const trpc = useTRPC();
  const queries = useQueryClient();
  const change = useMutation(
    trpc.access.changePassword.mutationOptions({
      onSuccess: () => {
        showToast(words.passwordChanged);
        return readAgain(queries, { queryKey: trpc.access.pathKey() });
      },
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
      <Field label={words.currentPassword}>
        <TextInput name="current" type="password" required autoComplete="current-password" className="w-56" />
      </Field>
      <NewPasswordField label={words.newPassword(MIN_PASSWORD)} />
      <Button type="submit" disabled={change.isPending}>
        {words.changePassword}
      </Button>
      {change.error && <Failure error={change.error} />}
    </form>
  );
}
