import type { Metadata } from "next";
import { LoginForm } from "~/components/login/login-form";
import { Card } from "~/components/ui/card";
import { nextPath } from "~/domain/next-path";

export const metadata: Metadata = { title: "Log in" };

export default async function LoginPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const { next } = await searchParams;
  return (
    <main className="grid min-h-dvh place-items-center px-3">
      <Card className="w-full max-w-[360px] p-6">
        <h1 className="mb-4 text-[18px] font-semibold">Hostscope</h1>
        <LoginForm next={nextPath(typeof next === "string" ? next : undefined)} />
        <p className="mt-4 text-[12.5px] text-muted">
          Users are made on the machine itself: <code>hostscope user add NAME</code>
        </p>
      </Card>
    </main>
  );
}
