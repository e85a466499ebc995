import type { Words } from "../en";

export const ui: Words["ui"] = {
  retry: "Erneut versuchen",
  failed: (what) => `Kann nicht geladen werden: ${what}`,
  request: (id) => `Anfrage ${id}`,
  loading: (what) => `Wird geladen: ${what}`,
  severity: { info: "Info", warning: "Warnung", critical: "kritisch" },
  resolved: "behoben",
  details: "Details",
  forbidden: "Das dürfen nur Admins.",
  close: "Schließen",
  undo: "Rückgängig",
  save: "Speichern",
  cancel: "Abbrechen",
  messages: "Meldungen",
  copyFailed: "Der Browser erlaubt das Kopieren nicht",
  cardFailed: "Diese Karte konnte nicht dargestellt werden.",
  drawAgain: "Neu laden",
};
