import type { Metadata } from "next";
import { LoginForm } from "~/components/login/login-form";
import { Card } from "~/components/ui/card";
import { loadWords } from "~/components/words/load-words";
import { nextPath } from "~/domain/next-path";
import { pageLanguage } from "~/trpc/server";

export async function generateMetadata(): Promise<Metadata> {
  const { login } = await loadWords(await pageLanguage());
  return { title: login.title };
}

export default async function LoginPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const { next } = await searchParams;
  const { login } = await loadWords(await pageLanguage());
  return (
    <main className="grid min-h-dvh place-items-center px-3">
      <Card className="w-full max-w-[360px] p-6">
        <h1 className="mb-4 text-[18px] font-semibold">Hostscope</h1>
        <LoginForm next={nextPath(typeof next === "string" ? next : undefined)} />
        <p className="mt-4 text-[12.5px] text-muted">
          {login.firstUser} <code className="whitespace-nowrap">hostscope user add NAME --role admin</code>
        </p>
      </Card>
    </main>
  );
}
