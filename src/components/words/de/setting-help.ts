import type { SettingHelp } from "../setting-help";

export const settingHelp: SettingHelp = {
  "server.host": {
    title: "Adresse",
    help: "Adresse, auf der der Server lauscht. Ohne Angabe: 127.0.0.1 und ::1, erreichbar nur von diesem Rechner.",
  },
  "server.port": {
    title: "Port",
    help: "TCP-Port der Seiten und der API. 0 nimmt einen freien.",
  },
  "server.public_url": {
    title: "Öffentliche URL",
    help: "Adresse, unter der Hostscope über einen Reverse Proxy erreichbar ist. Links in Benachrichtigungen beginnen damit.",
  },
  "server.allowed_hosts": {
    title: "Erlaubte Hostnamen",
    help: "Weitere Hostnamen, an die Anfragen gehen dürfen. Adressen und Hostname des Rechners sind immer erlaubt.",
  },
  "server.trusted_proxies": {
    title: "Vertrauenswürdige Proxys",
    help: "Adressen oder Bereiche der Reverse Proxys, deren X-Forwarded-For und X-Forwarded-Proto gelten.",
  },
  "server.links": {
    title: "Andere Rechner",
    help: "Hostscope auf anderen Rechnern, für das Menü neben dem Hostnamen.",
  },
  "monitoring.interval": {
    title: "Messintervall",
    help: "Zeit zwischen zwei Messungen: ganze Sekunden, von 1 Sekunde bis 1 Stunde.",
  },
  "monitoring.history_size": {
    title: "Messungen im Arbeitsspeicher",
    help: "Messungen, die für Live-Diagramme im Arbeitsspeicher bleiben. Bei mehr als 1.000 Zeitreihen sind es weniger.",
  },
  "monitoring.max_series": {
    title: "Höchstzahl der Zeitreihen",
    help: "Gleichzeitige Zeitreihen; je Stunde dürfen fünfmal so viele neue dazukommen. Darüber werden neue Werte des Labels mit den meisten Werten verworfen; das betroffene Label steht unter Einstellungen > Über Hostscope > Prüfungen.",
  },
  "containers.socket": {
    title: "Container-Socket",
    help: "Socket von Docker oder Podman, für die Namen der Container. auto: die üblichen Pfade. off: keiner.",
  },
  "retention.raw": {
    title: "Messungen",
    help: "Wie lange Messungen in voller Auflösung aufbewahrt werden.",
  },
  "retention.processes": {
    title: "Prozesse",
    help: "Wie lange die Prozesstabelle jeder Messung aufbewahrt wird.",
  },
  "retention.minute": {
    title: "Minuten",
    help: "Wie lange Minimum, Mittel und Maximum jeder Minute aufbewahrt werden: mindestens so lange wie Messungen.",
  },
  "retention.hour": {
    title: "Stunden",
    help: "Wie lange Minimum, Mittel und Maximum jeder Stunde aufbewahrt werden: mindestens so lange wie die der Minuten.",
  },
  "retention.tables": {
    title: "SQL-Tabellen",
    help: "Wie lange die Zeilen von system_metrics, process_metrics und custom_metrics aufbewahrt werden.",
  },
  "retention.alerts": {
    title: "Alarme",
    help: "Wie lange behobene Alarme und ihre Benachrichtigungen aufbewahrt werden.",
  },
  "retention.reports": {
    title: "Berichte",
    help: "Wie lange gespeicherte Berichte aufbewahrt werden.",
  },
  "retention.max_size": {
    title: "Maximale Größe",
    help: "Obergrenze der Datenbank. Darüber werden die ältesten Rohdaten zuerst gelöscht.",
  },
  "alerts.rules": {
    title: "Eigene Regeln",
    help: "Eigene Alarmregeln neben den mitgelieferten.",
  },
  "alerts.disabled": {
    title: "Ausgeschaltete Regeln",
    help: "Namen der mitgelieferten Regeln, die ausgeschaltet sind.",
  },
  "alerts.silences": {
    title: "Wöchentliche Stummschaltungen",
    help: "Zeiten der Woche, in denen keine Benachrichtigungen verschickt werden.",
  },
  "alerts.group_by": {
    title: "Gruppieren nach",
    help: "rule, severity, metric oder Namen von Labels. Alarme, die in allen davon übereinstimmen, stehen in einer Benachrichtigung. `...` allein sendet jeden Alarm einzeln.",
  },
  "alerts.group_wait": {
    title: "Wartezeit je Gruppe",
    help: "Wie lange die erste Benachrichtigung einer Gruppe auf weitere Alarme wartet. Ein neuer kritischer Alarm wartet ebenso lange.",
  },
  "alerts.group_interval": {
    title: "Mindestabstand je Gruppe",
    help: "Kürzeste Zeit zwischen zwei Benachrichtigungen einer Gruppe. Nur ein neuer kritischer Alarm wird früher gesendet, nach der Wartezeit.",
  },
  "alerts.repeat_interval": {
    title: "Wiederholung",
    help: "Wie oft ein Alarm erneut gemeldet wird, solange er aktiv und nicht bestätigt ist.",
  },
  "alerts.escalate": {
    title: "Eskalation",
    help: "Kanäle, die benachrichtigt werden, wenn niemand einen Alarm rechtzeitig bestätigt. Andere Benachrichtigungen bekommen sie nur von Regeln, die sie unter `channels` nennen.",
  },
  custom_metrics: {
    title: "Eigene Metriken",
    help: "Eigene Metriken nach Namen. Jede hat eine Quelle: function, command, http oder textfile.",
  },
  "notifications.log.enabled": {
    title: "Alarmprotokoll",
    help: "Für jeden Alarm, der ausgelöst oder behoben wird, eine Zeile in logs/alerts.log schreiben.",
  },
  "notifications.command.argv": {
    title: "Programm",
    help: "Programm und seine Argumente. Es bekommt jede Benachrichtigung als JSON auf der Standardeingabe und läuft ohne Shell.",
  },
  "notifications.heartbeat.enabled": {
    title: "Heartbeat",
    help: "Heartbeats an die Heartbeat-URL schicken.",
  },
  "notifications.heartbeat.url": {
    title: "Heartbeat-URL",
    help: "Wird regelmäßig aufgerufen, solange Messungen ankommen und Benachrichtigungen verschickt werden können. Ein Dead Man's Switch dort merkt, wenn die Aufrufe ausbleiben.",
  },
  "notifications.heartbeat.interval": {
    title: "Heartbeat-Intervall",
    help: "Zeit zwischen zwei Heartbeats, von 10 Sekunden bis 1 Tag.",
  },
  "security.auth": {
    title: "Anmeldung",
    help: "auto: Anfragen von diesem Rechner brauchen keine Anmeldung, alle anderen schon. required: alle. public_url, allowed_hosts oder trusted_proxies machen sie zur Pflicht.",
  },
  "security.rate_limit": {
    title: "Ratenbegrenzung",
    help: "Begrenzen, wie viele Anfragen ein Client pro Minute stellen darf.",
  },
  "security.cors_origins": {
    title: "CORS-Origins",
    help: "Origins, deren Seiten die API mit der Anmeldung ihres Besuchers nutzen dürfen.",
  },
  "security.private_webhooks": {
    title: "Private Ziele",
    help: "Admins auf anderen Rechnern dürfen Webhooks und Mailserver in privaten Netzen eintragen. Admins auf diesem Rechner dürfen es immer.",
  },
  "security.viewers_see_arguments": {
    title: "Argumente für Betrachter",
    help: "Betrachter sehen ganze Befehlszeilen, nicht nur Programm und Skript.",
  },
  "security.redact_arguments": {
    title: "Verborgene Argumente",
    help: "Weitere Namen von Optionen und Variablen, deren Werte in Befehlszeilen verborgen werden.",
  },
  "reports.paper": { title: "Papier", help: "Papierformat der PDF-Berichte." },
  "reports.schedules": {
    title: "Zeitpläne",
    help: "Berichte, die nach Zeitplan erzeugt und verschickt oder in einen Ordner geschrieben werden. Alle stehen auch auf der Seite Berichte.",
  },
  "ui.language": {
    title: "Sprache",
    help: "Sprache der Seiten. auto: die des Browsers.",
  },
  "logging.level": {
    title: "Log-Level",
    help: "Niedrigstes Level der Zeilen in logs/monitor.log.",
  },
};
