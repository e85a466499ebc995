import type { Words } from "../en";

export const login: Words["login"] = {
  title: "Anmelden",
  name: "Name",
  password: "Passwort",
  logIn: "Anmelden",
  loggingIn: "Anmeldung läuft …",
  failed: "Anmeldung fehlgeschlagen",
  noAnswer: "Der Server antwortet nicht. Verbindung prüfen und erneut versuchen.",
  insecure: "Diese Verbindung ist nicht verschlüsselt: Das Passwort kann im Netz mitgelesen werden.",
  firstUser: "Den ersten Benutzer auf dem Rechner selbst anlegen:",
};
