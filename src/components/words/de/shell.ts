import type { RangeRefusal } from "~/domain/typed-range";
import type { Words } from "../en";
import { plural } from "../plural";

const count = plural("de");

function refusal(refused: RangeRefusal): string {
  switch (refused.why) {
    case "unit":
      return `„${refused.text}“ ist keine Zeiteinheit. Möglich sind s, m, h, d und w.`;
    case "range":
      return `„${refused.text}“ ist ungültig. Beispiele: 90m, gestern, 2026-11-24 14:00 bis 15:30.`;
    case "end":
      return `Das Ende „${refused.text}“ ist ungültig. Beispiele: jetzt, 15:30, 2026-11-24 15:30.`;
    case "parts":
      return "Einen Anfang und ein Ende angeben: 14:00 bis 15:30.";
    case "short":
      return "Der Zeitraum muss mindestens 10\u00a0s nach seinem Anfang enden.";
    case "long":
      return "Der Zeitraum ist länger als 10 Jahre.";
    case "start missing":
      return "Der Zeitraum hat ein Ende (to), aber keinen Anfang (from).";
  }
}

export const shell: Words["shell"] = {
  skip: "Zum Inhalt springen",
  search: "Suchen (Strg+K)",
  demo: "Demo: Der Verlauf wurde auf einem anderen Rechner aufgezeichnet, die Live-Daten sind von diesem.",
  freshness: {
    live: "Live",
    connecting: "Verbindet …",
    stopped: "Angehalten",
    paused: "Pausiert",
    past: "Vergangenheit",
    outdated: "Veraltet",
    reconnecting: (seconds) => (seconds === null ? "Verbindet neu …" : `Verbindet neu … (${seconds}\u00a0s alt)`),
    stale: (seconds) => `${seconds}\u00a0s alt`,
  },
  notFound: { title: "Seite nicht gefunden", back: "Zur Übersicht" },
  summary: (os, kernel, cpus, uptime) =>
    `${os} · Kernel ${kernel} · ${count(cpus, { one: "CPU", other: "CPUs" })} · seit ${uptime} aktiv`,
  description: (host) => `Live-Leistungsdaten von ${host}`,
  pages: {
    "/machines": "Rechner",
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
    roles: { viewer: "Betrachter", admin: "Admin", pusher: "Datenlieferant" },
  },
  machine: {
    note: (name, step) =>
      `Diese Seite zeigt, was ${name} im Abstand von ${step} an die Engine schreibt. Einzelne Prozesse, Regeln und Einstellungen gibt es nur auf ${name} selbst.`,
    open: (name) => `Auf ${name} öffnen`,
    all: "Alle Rechner",
    here: "Dieser Rechner",
    missing: "Dieser Rechner kann nicht angezeigt werden",
  },
  incident: (host, from, to, redacted) =>
    `Vorfalldatei von ${host}, ${from} bis ${to}${redacted ? ", ohne Befehlszeilen" : ""}. Keine Live-Daten.`,
  kiosk: { leave: "Kiosk-Modus beenden (Esc)" },
  pageFailed: "Diese Seite konnte nicht dargestellt werden.",
  theme: {
    current: { system: "Farbschema: System", light: "Farbschema: hell", dark: "Farbschema: dunkel" },
    switchTo: {
      system: "Farbschema des Systems verwenden",
      light: "Helles Farbschema verwenden",
      dark: "Dunkles Farbschema verwenden",
    },
  },
  pause: {
    pause: "Pausieren",
    resume: "Fortsetzen",
    pauseKey: "Pausieren (p)",
    resumeKey: "Fortsetzen (p)",
    behind: (time) => `Fortsetzen (${time} zurück)`,
    live: "Zurück zu Live",
    liveKey: "Zurück zu Live (b)",
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
    examples: "90m, gestern, 2026-11-24 14:00 bis 15:30",
    apply: "Anwenden",
    to: (from, to) => `${from} bis ${to}`,
    now: "jetzt",
    earlier: "Früher",
    later: "Später",
    zoomOut: "Herauszoomen",
    zone: "Zeitzone",
    zones: { browser: "Browser", server: "Server", utc: "UTC" },
    refusal,
  },
  misread: {
    intro: (parts) => `In der Adresse: ${parts}`,
    parameter: (name) => `„${name}“ ist kein Parameter dieser Seite.`,
    range: (reason) => `${reason} Angezeigt werden die letzten 15 Minuten.`,
    moment: (text) => `Die Zeit „${text}“ ist ungültig. Erwartet wird ISO 8601, etwa 2026-11-24T03:12:00Z.`,
    alert: (text) => `Den Alarm „${text}“ gibt es nicht.`,
  },
  jump: {
    title: "Zu einem Zeitpunkt springen",
    field: "Zeitpunkt",
    examples: "03:12, gestern 14:00, -3h, 24. nov 14:00",
    unreadable: (text) => `„${text}“ ist ungültig. Beispiele: 03:12, gestern 14:00, -3h.`,
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
      machine: "Rechner",
    },
    goTo: (time) => `Zu ${time} springen`,
    showRange: (from, to) => `${from} bis ${to} anzeigen`,
    silence: (rule, time) => `${rule} für ${time} stummschalten`,
    silenced: (rule, until) => `${rule} stummgeschaltet bis ${until}`,
    pause: "Pausieren / Fortsetzen",
    themeDark: "Farbschema: dunkel",
    themeLight: "Farbschema: hell",
    themeSystem: "Farbschema: System",
    networkBytes: "Netzwerkraten in Byte",
    networkBits: "Netzwerkraten in Bit",
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
      theme: "theme design farbe nacht tag modus dark light",
      network: "einheit bit byte",
      zone: "uhr zeit timezone",
      kiosk: "wand bildschirm vollbild fernseher",
      copyLink: "teilen url adresse",
      jump: "zeit moment wann",
      shortcuts: "tasten hilfe",
      settings: "mail e-mail webhook benachrichtigungen kanäle regeln aufbewahrung benutzer token passwort",
      alerts: "regeln stummschaltungen verlauf",
      machines: "fleet flotte server hosts alle vergleichen",
    },
  },
  keys: {
    title: "Tastenkürzel",
    enable: "Tastenkürzel verwenden (Strg+K oder ⌘K geht immer)",
    search: "Suchen",
    ctrl: "Strg",
    escape: "Esc",
    show: "Tastenkürzel anzeigen",
    pause: "Pausieren / Fortsetzen (auch Leertaste)",
    jump: "Zu einem Zeitpunkt springen, oder tippen: 03:12",
    goTo: (page) => `${page} öffnen`,
    zoomOut: "Herauszoomen",
    undoZoom: "Zoom zurücknehmen; Kiosk-Modus beenden",
    back: "Halben Zeitraum zurück",
    forward: "Halben Zeitraum vor",
    live: "Zurück zu Live",
    filter: "Zum Filter",
  },
};
