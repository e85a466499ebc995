import "./globals.css";

import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import { ThemeProvider } from "next-themes";
import type { ReactNode } from "react";
import { preload } from "react-dom";
import { Providers } from "~/components/shell/providers";
import type { PageFacts } from "~/components/view/page-facts";
import { loadWords } from "~/components/words/load-words";
import { WordsProvider } from "~/components/words/words-provider";
import { inSystemBundle } from "~/domain/history";
import { isKnown, missingMachine, pageLanguage, pagesBasePath, serverApi } from "~/trpc/server";
import sans from "../../node_modules/geist/dist/fonts/geist-sans/Geist-Variable.woff2";

const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1c8448"/><path d="M5 19h5l3-9 5 13 3-8h6" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>',
)}`;

/** Inline, which saves a request; the tab's state replaces it anyway. */
const icons = () => ({ icon: ICON, apple: `${pagesBasePath()}/icon-192.png` });

export const dynamic = "force-dynamic";

export async function generateMetadata(): Promise<Metadata> {
  // Without access not even the machine's name is revealed.
  if (!(await isKnown())) return { title: { default: "Hostscope", template: "%s · Hostscope" }, icons: icons() };
  if ((await missingMachine()) !== null) return { title: "Hostscope", icons: icons() };
  const { name } = await (await serverApi()).host.get();
  const { shell } = await loadWords(await pageLanguage());
  return {
    title: { default: `${name} · Hostscope`, template: `%s · ${name}` },
    description: shell.description(name),
    icons: icons(),
  };
}

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fafafa" },
    { media: "(prefers-color-scheme: dark)", color: "#0b0b0d" },
  ],
};

/** More are read by the page itself. */
const MOST_FIRING = 20;

type Host = Awaited<ReturnType<Awaited<ReturnType<typeof serverApi>>["host"]["get"]>>;

function factsOf(host: Host, account: PageFacts["account"]): PageFacts {
  const {
    name: hostName,
    os,
    kernel,
    bootTime,
    timeZone,
    logicalCpus,
    memoryBytes,
    links,
    demo,
    incident,
    fleet,
    machine,
  } = host;
  const basePath = pagesBasePath();
  return {
    hostName,
    os,
    kernel,
    bootTime,
    timeZone,
    logicalCpus,
    memoryBytes,
    basePath,
    links,
    demo,
    incident,
    fleet,
    machine,
    account,
  };
}

/** The HTML document of every page, including the login page. */
async function Document({ children }: { children: ReactNode }) {
  preload(sans, { as: "font", type: "font/woff2", crossOrigin: "anonymous" });
  const language = await pageLanguage();
  const nonce = /'nonce-([^']+)'/.exec((await headers()).get("content-security-policy") ?? "")?.[1];
  return (
    <html lang={language} data-base-path={pagesBasePath()} suppressHydrationWarning>
      <body>
        <ThemeProvider
          attribute="class"
          defaultTheme="system"
          enableSystem
          disableTransitionOnChange
          {...(nonce !== undefined && { nonce })}
        >
          <WordsProvider language={language}>{children}</WordsProvider>
        </ThemeProvider>
      </body>
    </html>
  );
}

/** Why another machine cannot be shown, and the way back. */
async function NoMachine({ why }: { why: string }) {
  const { shell } = await loadWords(await pageLanguage());
  const base = pagesBasePath();
  return (
    <main className="mx-auto flex max-w-[640px] flex-col gap-3 px-4 pt-16">
      <h1 className="text-[20px] font-semibold">{shell.machine.missing}</h1>
      <p>{why}</p>
      <p className="flex gap-4">
        <a href={`${base}/machines`} className="underline underline-offset-2">
          {shell.machine.all}
        </a>
        <a href={`${base}/?here=1`} className="underline underline-offset-2">
          {shell.machine.here}
        </a>
      </p>
    </main>
  );
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  if (!(await isKnown())) return <Document>{children}</Document>;
  const missing = await missingMachine();
  if (missing !== null)
    return (
      <Document>
        <NoMachine why={missing} />
      </Document>
    );
  const api = await serverApi();
  const [host, current, { monitoring }, me, { alerts }, health] = await Promise.all([
    api.host.get(),
    api.metrics.current(),
    api.monitoring.get(),
    api.access.me(),
    api.alerts.list({ state: "firing", limit: MOST_FIRING }),
    api.health.get(),
  ]);
  const shown = current.metrics.filter((one) => inSystemBundle(one) || one.metric.startsWith("system.cpu.load_average."));
  const initial = {
    timestamp: current.timestamp === null ? null : Date.parse(current.timestamp),
    series: shown.map(({ metric, labels, unit }) => ({ metric, labels, unit })),
    values: shown.map(({ value }) => value),
    monitoring,
  };
  return (
    <Document>
      <Providers
        intervalSeconds={current.intervalSeconds}
        initial={initial}
        found={{ firing: alerts, health }}
        facts={factsOf(host, me.open ? null : { name: me.name, role: me.role })}
      >
        {children}
      </Providers>
    </Document>
  );
}
