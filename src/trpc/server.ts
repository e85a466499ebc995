import Negotiator from "negotiator";
import { headers } from "next/headers";
import { isAppError } from "~/domain/errors";
import { ENGLISH, type Language } from "~/domain/language";
import { createCaller } from "~/server/api/root";
import { ACCESS_HEADER, callerFrom, machineFrom, runtimeOf } from "~/server/http/access";
import { getRuntime } from "~/server/runtime";

/** False for a client that is not logged in. It gets only the login page. */
export async function isKnown(): Promise<boolean> {
  return callerFrom((await headers()).get(ACCESS_HEADER), getRuntime().accessSecret) !== null;
}

/** The path that the pages are below, such as `/monitor`; empty at the root. */
export function pagesBasePath(): string {
  return getRuntime().basePath;
}

/** Why the machine that a page is about cannot be shown; null when it can. */
export async function missingMachine(): Promise<string | null> {
  try {
    await runtimeOf(machineFrom(await headers()));
    return null;
  } catch (error) {
    if (isAppError(error)) return error.message;
    throw error;
  }
}

/** Procedures for server components, called with the role that the front door gave this request. */
export async function serverApi(): Promise<ReturnType<typeof createCaller>> {
  const asked = await headers();
  const runtime = await runtimeOf(machineFrom(asked));
  const caller = callerFrom(asked.get(ACCESS_HEADER), runtime.accessSecret);
  if (caller === null) throw new Error("a page was asked for without going through the front door");
  return createCaller({ runtime, ...caller });
}

/** The language of this request's page: the configured one, else the best of what the browser asks for. */
export async function pageLanguage(): Promise<Language> {
  const { language } = getRuntime().config.ui;
  if (language !== "auto") return language;
  const asked = (await headers()).get("accept-language") ?? "";
  return new Negotiator({ headers: { "accept-language": asked } }).language(["en", "de"]) === "de" ? "de" : ENGLISH;
}
