"use client";

import { type FormEvent, useEffect, useState } from "react";
import { Button, TextInput } from "~/components/ui/controls";
import { useWords } from "~/components/words/words-provider";
import { LOCATION_HEADER } from "~/domain/access";
import { atBase } from "~/trpc/base-path";

interface LoginProblem {
  detail?: string;
}

/**
 * Goes on when this request needs no login: a link on another site leads here first, since the server cannot tell whether such a request
 * comes from a user of this machine.
 */
async function skipIfKnown(next: string): Promise<void> {
  const response = await fetch(atBase("/api/auth/get-session"), { headers: { [LOCATION_HEADER]: window.location.host } });
  const { user } = (await response.json()) as { user: object | null };
  if (user !== null) window.location.replace(atBase(next));
}

/** Asks for name and password. Goes to `next` after the login. */
export function LoginForm({ next }: { next: string }) {
  const words = useWords().login;
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [readable, setReadable] = useState(false);
  useEffect(() => setReadable(!window.isSecureContext), []);
  useEffect(() => void skipIfKnown(next), [next]);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    setTrouble(null);
    try {
      const response = await fetch(atBase("/api/auth/sign-in/username"), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ username: fields.get("username"), password: fields.get("password") }),
      });
      if (response.ok) {
        // Full page load: the server renders everything with the new session.
        window.location.assign(atBase(next));
        return;
      }
      setTrouble(((await response.json()) as LoginProblem).detail ?? words.failed);
    } catch {
      setTrouble(words.noAnswer);
    }
    setBusy(false);
  };

  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <label htmlFor="username" className="flex flex-col gap-1 text-[12.5px] text-muted">
        {words.name}
        <TextInput id="username" name="username" autoComplete="username" autoCapitalize="none" spellCheck={false} required />
      </label>
      <label htmlFor="password" className="flex flex-col gap-1 text-[12.5px] text-muted">
        {words.password}
        <TextInput id="password" name="password" type="password" autoComplete="current-password" required />
      </label>
      <p role="alert" className="min-h-[1.45em] text-[13px] text-critical first-letter:uppercase">
        {trouble}
      </p>
      <Button type="submit" disabled={busy} className="font-medium">
        {busy ? words.loggingIn : words.logIn}
      </Button>
      {readable && <p className="text-[12.5px] text-warning">{words.insecure}</p>}
    </form>
  );
}
