/** What the API says mutes an alert, in words. Pure. */
import type { Words } from "~/components/words/en";

type Said = Pick<Words["alerts"]["row"], "mutedBy" | "silencedBy">;

/** `silence NOTE` or `alert RULE`. */
export function mutedText(mutedBy: string, words: Said): string {
  const [, what, name = ""] = /^(silence|alert) (.*)$/s.exec(mutedBy) ?? [];
  return what === "alert" ? words.mutedBy(name) : words.silencedBy(what === undefined ? mutedBy : name);
}
