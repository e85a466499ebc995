import type { Words } from "../en";
import { plural } from "../plural";

const count = plural("de");
const ROUGH = { minute: "min", hour: "h", day: "d" } as const;

export const machines: Words["machines"] = {
  title: "Rechner",
  count: { one: "Rechner", other: "Rechner" },
  shownOf: (shown, total) => `${shown} von ${total}`,
  loading: "Liste der Rechner",
  notConfigured:
    "Um alle Rechner hier zu sehen, fleet.query_url in config.yaml auf die URL der VictoriaMetrics- oder Prometheus-Instanz setzen, in die alle schreiben.",
  none: "Noch hat kein Rechner etwas geschrieben. Sobald remote_write auf einem Rechner gesetzt ist, erscheint er hier binnen einer Minute.",
  howTo: "Anleitung: Rechner anbinden",
  away: "Die Engine antwortet nicht.",
  age: (age) => `Diese Werte sind ${age} alt.`,
  columns: {
    name: "Name",
    state: "Zustand",
    cpu: "CPU",
    history: "Verlauf",
    memory: "Speicher",
    disk: "Vollstes Dateisystem",
    network: "Netzwerk",
    pressure: "Pressure",
    alerts: "Alarme",
    contributor: "Größter Verursacher",
    version: "Version",
  },
  help: {
    history: "CPU in der letzten Stunde",
    disk: "Das Dateisystem mit dem größten belegten Anteil",
    network: "Empfangen und gesendet zusammen",
    pressure: "Anteil der Zeit, in der Tasks auf CPU, Arbeitsspeicher oder I/O gewartet haben; der höchste Wert zählt",
    contributor:
      "Das Programm mit dem höchsten CPU-Verbrauch oder, wenn der Arbeitsspeicher knapper ist, mit dem höchsten Speicherverbrauch",
  },
  states: { up: "aktiv", late: "verspätet", silent: "ohne Daten" },
  silentFor: (age) => `ohne Daten seit ${age}`,
  lastSample: (time) => `Letzte Messung: ${time}`,
  full: ({ count: amount, unit }) => `voll in ${amount} ${ROUGH[unit]}`,
  resources: { cpu: "CPU", memory: "Speicher", io: "I/O" },
  cores: (value) => (value === "1" ? "1 Kern" : `${value}\u00a0Kerne`),
  contributor: (program, user, value) => `${program} (${user}), ${value}`,
  openOn: (name) => `Auf ${name} öffnen`,
  alertsOf: (name) => `Alarme auf ${name}`,
  worstFirst: "Kritische Alarme und Rechner ohne Daten zuerst",
  frozen: "Reihenfolge fixiert, solange der Zeiger über der Tabelle ist",
  filter: {
    label: "Rechner filtern",
    placeholder: "Filter: env=live cpu>80 -db",
    help: (words, fields) => `Wörter: ${words}. Felder: ${fields}.`,
    clear: "Zurücksetzen",
    noneMatches: (text) => `Kein Rechner passt zu „${text}“`,
    unknownField: (field) => `Es gibt kein Feld „${field}“.`,
    fields: (list) => `Felder: ${list}.`,
    quote: (term) => `Um den Text selbst zu finden, "${term}" mit Anführungszeichen eingeben.`,
    states: (list) => `Zustände: ${list}.`,
    takes: {
      text: (field, term) => `„${term}“ ist ungültig: ${field} erwartet einen Text, zum Beispiel ${field}=live.`,
      state: (_field, term) => `„${term}“ ist ungültig: Diesen Zustand gibt es nicht.`,
      percent: (field, term) => `„${term}“ ist ungültig: ${field} erwartet einen Prozentwert, zum Beispiel ${field}>80.`,
      size: (field, term) => `„${term}“ ist ungültig: ${field} erwartet eine Größe, zum Beispiel ${field}>100MB.`,
      rate: (field, term) => `„${term}“ ist ungültig: ${field} erwartet eine Rate, zum Beispiel ${field}>1MB.`,
      count: (field, term) => `„${term}“ ist ungültig: ${field} erwartet eine ganze Zahl, zum Beispiel ${field}>2.`,
    },
  },
  group: {
    label: "Gruppieren nach",
    none: "Keine Gruppen",
    by: (label) => `Gruppieren nach ${label}`,
    without: (label) => `ohne ${label}`,
    collapse: (name) => `${name} einklappen`,
    expand: (name) => `${name} ausklappen`,
    collapseAll: "Alle einklappen",
    expandAll: "Alle ausklappen",
  },
  counts: {
    up: (machines) => `${machines} aktiv`,
    late: (machines) => `${machines} verspätet`,
    silent: (machines) => `${machines} ohne Daten`,
    firing: (machines) => `${machines} mit Alarm`,
  },
  alerts: {
    title: "Alarme auf allen Rechnern",
    none: "Auf keinem Rechner ist ein Alarm aktiv.",
    loading: "Alarme",
    onMachine: (machine) => `Alarmseite von ${machine}`,
    fewer: "Weniger anzeigen",
    more: (alerts) => `${count(alerts, { one: "weiteren Alarm", other: "weitere Alarme" })} anzeigen`,
  },
  compare: {
    title: "Vergleich",
    metric: (title) => `Metrik: ${title}`,
    find: "Metrik suchen",
    noMetric: "Keine passenden Metriken",
    loading: "Vergleich",
    hint: "Ein Klick auf eine Zelle oder eine Linie öffnet den Rechner. Ziehen zoomt hinein, Esc macht es rückgängig.",
    touchHint: "Antippen einer Zelle oder Linie öffnet den Rechner. Ziehen zoomt hinein, „Zurück“ macht es rückgängig.",
    heat: (title) => `${title}, alle Rechner`,
    highest: (shown, all) =>
      shown < all
        ? `die ${shown} höchsten von ${all}, ${all - shown} ausgelassen`
        : count(all, { one: "Rechner", other: "Rechner" }),
    lines: (title) => `${title}, Rechner mit den höchsten Werten`,
    highestLines: (shown, all) => `die ${shown} höchsten von ${all}`,
    mean: (duration) => `Auflösung ${duration}`,
    none: "Kein Rechner hat diese Metrik in diesem Zeitraum geschrieben",
    keys: (title) =>
      `${title}: mit den Pfeiltasten durch die Zeit bewegen, mit Enter den Rechner mit dem höchsten Wert zu diesem Zeitpunkt öffnen`,
  },
};
