import "./globals.css";

import type { Metadata, Viewport } from "next";
import localFont from "next/font/local";
import { headers } from "next/headers";
import { ThemeProvider } from "next-themes";
import type { ReactNode } from "react";
import { LiveProvider } from "~/components/live/live-provider";
import { Shell } from "~/components/shell/shell";
import { inSystemBundle } from "~/domain/history";
import { ApiProvider } from "~/trpc/client";
import { isKnown, serverApi } from "~/trpc/server";

const sans = localFont({
  src: "../../node_modules/geist/dist/fonts/geist-sans/Geist-Variable.woff2",
  variable: "--font-geist-sans",
});
const mono = localFont({
  src: "../../node_modules/geist/dist/fonts/geist-mono/GeistMono-Variable.woff2",
  variable: "--font-geist-mono",
  preload: false,
});

export const dynamic = "force-dynamic";

export async function generateMetadata(): Promise<Metadata> {
  // A stranger does not even learn the name of the machine.
  if (!(await isKnown())) return { title: { default: "Hostscope", template: "%s · Hostscope" } };
  const { name } = await (await serverApi()).host.get();
  return {
    title: { default: `${name} · Hostscope`, template: `%s · ${name}` },
    description: `How ${name} is doing, second by second`,
  };
}

export const viewport: Viewport = { width: "device-width", initialScale: 1 };

/** What every page has, the log-in page too. */
async function Document({ children }: { children: ReactNode }) {
  const nonce = /'nonce-([^']+)'/.exec((await headers()).get("content-security-policy") ?? "")?.[1];
  return (
    <html lang="en" className={`${sans.variable} ${mono.variable}`} suppressHydrationWarning>
      <body>
        <ThemeProvider
          attribute="class"
          defaultTheme="system"
          enableSystem
          disableTransitionOnChange
          {...(nonce !== undefined && { nonce })}
        >
          {children}
        </ThemeProvider>
      </body>
    </html>
  );
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  if (!(await isKnown())) return <Document>{children}</Document>;
  const api = await serverApi();
  const [host, current, { monitoring }] = await Promise.all([api.host.get(), api.metrics.current(), api.monitoring.get()]);
  const shown = current.metrics.filter((one) => inSystemBundle(one));
  const initial = {
    timestamp: current.timestamp === null ? null : Date.parse(current.timestamp),
    series: shown.map(({ metric, labels, unit }) => ({ metric, labels, unit })),
    values: shown.map(({ value }) => value),
    monitoring,
  };
  return (
    <Document>
      <ApiProvider>
        <LiveProvider intervalSeconds={current.intervalSeconds} initial={initial}>
          <Shell host={host} now={Date.now()}>
            {children}
          </Shell>
        </LiveProvider>
      </ApiProvider>
    </Document>
  );
}
