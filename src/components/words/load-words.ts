import type { Language } from "~/domain/language";
import type { Words } from "./en";

type Core = Pick<Words, "charts" | "overview" | "shell" | "ui">;
/** What a page says; loaded when somebody opens it. */
type Part = Exclude<keyof Words, keyof Core>;
type Loaders = { core: () => Promise<Core> } & { [One in Part]: () => Promise<Words[One]> };

const LOADERS: Record<"en" | "de", Loaders> = {
  en: {
    core: async () => (await import("./en/core")).core,
    alerts: async () => (await import("./en/alerts")).alerts,
    containers: async () => (await import("./en/containers")).containers,
    login: async () => (await import("./en/login")).login,
    machines: async () => (await import("./en/machines")).machines,
    network: async () => (await import("./en/network")).network,
    performance: async () => (await import("./en/performance")).performance,
    processes: async () => (await import("./en/processes")).processes,
    reports: async () => (await import("./en/reports")).reports,
    settings: async () => (await import("./en/settings")).settings,
  },
  de: {
    core: async () => (await import("./de/core")).core,
    alerts: async () => (await import("./de/alerts")).alerts,
    containers: async () => (await import("./de/containers")).containers,
    login: async () => (await import("./de/login")).login,
    machines: async () => (await import("./de/machines")).machines,
    network: async () => (await import("./de/network")).network,
    performance: async () => (await import("./de/performance")).performance,
    processes: async () => (await import("./de/processes")).processes,
    reports: async () => (await import("./de/reports")).reports,
    settings: async () => (await import("./de/settings")).settings,
  },
};

export const PARTS = (Object.keys(LOADERS.en) as (keyof Loaders)[]).filter((name): name is Part => name !== "core");

type Loaded<One extends keyof Loaders> = Awaited<ReturnType<Loaders[One]>>;

const held = new Map<string, Promise<unknown>>();

async function load<One extends keyof Loaders>(language: Language, name: One): Promise<Loaded<One>> {
  if (language !== "en-XA") return (await LOADERS[language][name]()) as Loaded<One>;
  const [{ pseudoOf }, words] = await Promise.all([import("./pseudo"), LOADERS.en[name]()]);
  return pseudoOf(words) as Loaded<One>;
}

/** The same promise for a language each time, as React's `use` needs it. */
export function loadPart<One extends keyof Loaders>(language: Language, name: One): Promise<Loaded<One>> {
  const key = `${language} ${name}`;
  const known = held.get(key);
  if (known) return known as Promise<Loaded<One>>;
  const promise = load(language, name);
  // A later reader tries again.
  promise.catch(() => held.delete(key));
  held.set(key, promise);
  return promise;
}

/** Every text, for pages that the server makes. */
export async function loadWords(language: Language): Promise<Words> {
  const [core, ...parts] = await Promise.all([
    loadPart(language, "core"),
    ...PARTS.map(async (name) => [name, await loadPart(language, name)] as const),
  ]);
  return { ...core, ...Object.fromEntries(parts) } as Words;
}
