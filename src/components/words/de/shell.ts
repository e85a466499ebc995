import type { RangeRefusal } from "~/domain/typed-range";
import type { Words } from "../en";
import { plural } from "../plural";

const count = plural("de");

function refusal(refused: RangeRefusal): string {
  switch (refused.why) {
    case "unit":
      return `„${refused.text}“ ist keine Zeiteinheit. Möglich sind s, m, h, d und w.`;
    case "range":
      return `„${refused.text}“ ist nicht lesbar. Beispiele: 90m, 3h ago, gestern, 2026-11-24 14:00 bis 15:30.`;
    case "end":
      return `Das Ende „${refused.text}“ ist nicht lesbar. Beispiele: now, 15:30, 2026-11-24 15:30.`;
    case "parts":
      return "Einen Anfang und ein Ende angeben: 14:00 bis 15:30.";
    case "short":
      return "Der Zeitraum muss mindestens 10 s nach seinem Anfang enden.";
    case "long":
      return "Der Zeitraum ist länger als 10 Jahre.";
    case "start missing":
      return "Der Zeitraum hat ein Ende (to), aber keinen Anfang (from).";
  }
}

export const shell: Words["shell"] = {
  skip: "Zum Inhalt springen",
  search: "Suchen (Strg K)",
  demo: "Demo: Der Verlauf wurde auf einem anderen Rechner aufgezeichnet, die Live-Daten sind von diesem.",
  freshness: {
    live: "Live",
    connecting: "Verbinden",
    stopped: "Angehalten",
    paused: "Pausiert",
    past: "Vergangen",
    outdated: "Veraltet",
    reconnecting: (seconds) => (seconds === null ? "Neu verbinden" : `Neu verbinden (${seconds} s alt)`),
    stale: (seconds) => `${seconds} s alt`,
  },
  notFound: { title: "Seite nicht gefunden", back: "Zur Übersicht" },
  summary: (os, kernel, cpus, uptime) =>
    `${os} · Kernel ${kernel} · ${count(cpus, { one: "CPU", other: "CPUs" })} · seit ${uptime} aktiv`,
  description: (host) => `Live-Leistungsdaten von ${host}`,
  pages: {
    "/": "Übersicht",
    "/performance": "Leistung",
    "/processes": "Prozesse",
    "/network": "Netzwerk",
    "/containers": "Container",
    "/alerts": "Alarme",
    "/reports": "Berichte",
    "/settings": "Einstellungen",
  },
  navigation: { label: "Seiten", more: "Mehr" },
  bell: {
    none: "Keine aktiven Alarme",
    some: (alerts) => count(alerts, { one: "aktiver Alarm", other: "aktive Alarme" }),
    fired: (severity, message) => `${severity}: ${message}`,
  },
  host: { menu: (name) => `Rechner: ${name}` },
  account: {
    logOut: (name, role) => `${name} (${role}) abmelden`,
    roles: { viewer: "nur lesen", admin: "Admin", pusher: "nur senden" },
  },
  incident: (host, from, to, redacted) =>
    `Vorfalldatei von ${host}, ${from} bis ${to}${redacted ? ", ohne Befehlszeilen" : ""}. Nichts ist live.`,
  kiosk: { leave: "Kiosk-Modus beenden (Esc)" },
  pageFailed: "Diese Seite konnte nicht dargestellt werden.",
  theme: {
    current: { system: "Design: System", light: "Design: hell", dark: "Design: dunkel" },
    switchTo: { system: "Zum System-Design wechseln", light: "Zu hell wechseln", dark: "Zu dunkel wechseln" },
  },
  pause: {
    pause: "Pause",
    resume: "Fortsetzen",
    pauseKey: "Pause (p)",
    resumeKey: "Fortsetzen (p)",
    behind: (seconds) => `Fortsetzen (${seconds} s zurück)`,
    live: "Zu Live",
    liveKey: "Zu Live (b)",
  },
  range: {
    label: (range) => `Zeitraum: ${range}`,
    presets: {
      "5m": "Letzte 5 Minuten",
      "15m": "Letzte 15 Minuten",
      "1h": "Letzte Stunde",
      "6h": "Letzte 6 Stunden",
      "24h": "Letzte 24 Stunden",
      "7d": "Letzte 7 Tage",
      "30d": "Letzte 30 Tage",
      today: "Heute",
      yesterday: "Gestern",
    },
    field: "Zeitraum",
    examples: "90m, 3h ago, gestern, 2026-11-24 14:00 bis 15:30",
    apply: "Anwenden",
    to: (from, to) => `${from} bis ${to}`,
    now: "jetzt",
    earlier: "Früher",
    later: "Später",
    zoomOut: "Verkleinern",
    zone: "Zeitzone",
    zones: { browser: "Browser", server: "Server", utc: "UTC" },
    refusal,
  },
  misread: {
    intro: (parts) => `In der Adresse: ${parts}`,
    parameter: (name) => `„${name}“ ist kein Parameter dieser Seite.`,
    range: (reason) => `${reason} Angezeigt werden die letzten 15 Minuten.`,
    moment: (text) => `Die Zeit „${text}“ ist nicht lesbar. Erwartet wird ISO 8601, etwa 2026-11-24T03:12:00Z.`,
    alert: (text) => `Den Alarm „${text}“ gibt es nicht.`,
  },
  jump: {
    title: "Zu einem Zeitpunkt springen",
    field: "Zeitpunkt",
    examples: "03:12, gestern 14:00, 3h ago, 24 nov 14:00",
    unreadable: (text) => `„${text}“ ist nicht lesbar. Beispiele: 03:12, gestern 14:00, 3h ago.`,
    future: "Dieser Zeitpunkt liegt in der Zukunft.",
    go: "Springen",
  },
  palette: {
    label: "Suchen",
    placeholder: "Seite, Diagramm, Einstellung, Prozess, Zeit oder Aktion",
    none: "Keine Treffer",
    recent: "Zuletzt",
    kinds: {
      page: "Seite",
      range: "Zeitraum",
      time: "Zeitpunkt",
      chart: "Diagramm",
      setting: "Einstellung",
      process: "Prozess",
      alert: "Alarm",
      action: "Aktion",
    },
    goTo: (time) => `Zu ${time} springen`,
    showRange: (from, to) => `${from} bis ${to} anzeigen`,
    silence: (rule, time) => `${rule} für ${time} stummschalten`,
    silenced: (rule, until) => `${rule} stummgeschaltet bis ${until}`,
    pause: "Pause / Fortsetzen",
    themeDark: "Design: dunkel",
    themeLight: "Design: hell",
    themeSystem: "Design: System",
    networkBytes: "Netzwerkraten in Bytes",
    networkBits: "Netzwerkraten in Bits",
    zoneBrowser: "Zeitzone: Browser",
    zoneServer: "Zeitzone: Server",
    zoneUtc: "Zeitzone: UTC",
    kiosk: "Kiosk-Modus",
    copyLink: "Link zu dieser Ansicht kopieren",
    copied: "Link kopiert",
    jump: "Zu einem Zeitpunkt springen",
    shortcuts: "Tastenkürzel",
    keywords: {
      pause: "stop anhalten einfrieren weiter pause",
      theme: "theme farbe nacht tag modus dark light",
      network: "einheit bit byte",
      zone: "uhr zeit timezone",
      kiosk: "wand bildschirm vollbild fernseher",
      copyLink: "teilen url adresse",
      jump: "zeit moment wann",
      shortcuts: "tasten hilfe",
      settings: "mail e-mail webhook benachrichtigungen kanäle regeln aufbewahrung benutzer token passwort",
      alerts: "regeln stummschaltungen verlauf",
    },
  },
  keys: {
    title: "Tastenkürzel",
    enable: "Tastenkürzel verwenden (Strg K oder ⌘ K geht immer)",
    search: "Suchen",
    ctrl: "Strg",
    escape: "Esc",
    show: "Tastenkürzel anzeigen",
    pause: "Pause / Fortsetzen (auch Leertaste)",
    jump: "Zu einem Zeitpunkt springen, oder tippen: 03:12",
    goTo: (page) => `Zu ${page}`,
    zoomOut: "Verkleinern",
    undoZoom: "Zoom zurücknehmen; Kiosk-Modus beenden",
    back: "Halben Zeitraum zurück",
    forward: "Halben Zeitraum vor",
    live: "Zu Live",
    filter: "Zum Filter",
  },
};
