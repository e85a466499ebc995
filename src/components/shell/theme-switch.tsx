"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useTheme } from "next-themes";
import { useSyncExternalStore } from "react";
import { useWords } from "~/components/words/words-provider";

const ORDER = ["system", "light", "dark"] as const;
type Theme = (typeof ORDER)[number];
const ICON = { system: Monitor, light: Sun, dark: Moon } as const;

const never = () => () => {};

/** Cycles through system, light and dark. The server does not know the choice, so the first render is neutral. */
export function ThemeSwitch() {
  const { theme, setTheme } = useTheme();
  const words = useWords().shell.theme;
  const mounted = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const current: Theme = mounted ? ((ORDER.find((one) => one === theme) ?? "system") as Theme) : "system";
  const next = ORDER[(ORDER.indexOf(current) + 1) % ORDER.length] as Theme;
  const Icon = ICON[current];
  return (
    <button
      type="button"
      onClick={() => setTheme(next)}
      aria-label={`${words.current[current]}. ${words.switchTo[next]}`}
      title={words.current[current]}
      className="flex size-9 items-center justify-center rounded-[10px] border border-line hover:bg-hover"
    >
      <Icon size={16} aria-hidden="true" />
    </button>
  );
}
