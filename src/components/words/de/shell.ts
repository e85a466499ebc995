import type { Words } from "../en";

export const shell: Words["shell"] = {
  skip: "Zum Inhalt springen",
  search: "Suchen (Strg K)",
  demo: "Demo: Der Verlauf wurde auf einem anderen Rechner aufgezeichnet, die Live-Daten sind von diesem.",
  freshness: {
    live: "Live",
    connecting: "Verbinden",
    stopped: "Angehalten",
    paused: "Pausiert",
    reconnecting: (seconds) => (seconds === null ? "Neu verbinden" : `Neu verbinden (${seconds} s alt)`),
    stale: (seconds) => `${seconds} s alt`,
  },
  notFound: { title: "Seite nicht gefunden", back: "Zur Übersicht" },
};
