/** Examples to paste, at least two per command: shown in its help and in docs/cli.md. */
import type { Command } from "commander";

const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  "": ["hostscope start", "hostscope status --local", "hostscope monitor --interval 2"],
  start: ["hostscope start", "hostscope start --port 8080", "hostscope start --mode headless"],
  status: ["hostscope status", "hostscope status --local --json", "hostscope status --nagios"],
  monitor: ["hostscope monitor --interval 2", "hostscope monitor --local", "hostscope monitor --json --count 60 > minute.ndjson"],
  processes: [
    "hostscope processes --sort memory --limit 10",
    "hostscope processes --at 03:12 --tree",
    "hostscope processes --filter postgres -o csv > postgres.csv",
    "hostscope processes --filter 'user:www-data memory>100MB -worker'",
  ],
  machines: ["hostscope machines", "hostscope machines -o csv > machines.csv"],
  mark: ['hostscope mark "deployed 1.4"', 'hostscope mark "disk replaced" --at 03:12', "hostscope mark --hours 48"],
  notify: ["hostscope notify", "hostscope notify test email"],
  "notify test": ["hostscope notify test webhook", "hostscope notify test email --json"],
  logs: ["hostscope logs -n 20", "hostscope logs --alerts --follow"],
  completion: ['eval "$(hostscope completion bash)"', "hostscope completion fish | source"],
  monitoring: ["hostscope monitoring stop", "hostscope monitoring start"],
  "monitoring start": ["hostscope monitoring start", "hostscope monitoring start --json"],
  "monitoring stop": ["hostscope monitoring stop", "hostscope monitoring stop --json"],
  alerts: [
    "hostscope alerts --hours 24",
    "hostscope alerts --state firing --severity critical",
    "hostscope alerts --since yesterday -o csv",
  ],
  "alerts ack": ["hostscope alerts ack mwv8q5gv-d0aec339", 'hostscope alerts ack mwv8q5gv-d0aec339 --note "disk ordered"'],
  "alerts resolve": [
    "hostscope alerts resolve mwv8q5gv-d0aec339",
    'hostscope alerts resolve mwv8q5gv-d0aec339 --note "was a test"',
  ],
  "alerts silence": [
    "hostscope alerts silence --rule cpu --hours 2",
    'hostscope alerts silence --hours 0.5 --note "backup runs"',
  ],
  "alerts silences": ["hostscope alerts silences", "hostscope alerts silences --json"],
  "alerts unsilence": [
    "hostscope alerts unsilence mwv8q5gv-d0aec339",
    "hostscope alerts unsilence mwv8q5gv-d0aec339 --url http://127.0.0.1:5000",
  ],
  config: ["hostscope config check", "hostscope config show"],
  "config check": ["hostscope config check", "hostscope config check config/config.example.yaml"],
  "config path": ["hostscope config path", "nano $(hostscope config path)"],
  "config schema": ["hostscope config schema", "hostscope config schema > hostscope.schema.json"],
  "config show": ["hostscope config show", "hostscope config show --json"],
  "config set": ["hostscope config set monitoring.interval 5", "hostscope config set thresholds.cpu.warning 90"],
  "config unset": ["hostscope config unset monitoring.interval", "hostscope config unset thresholds.cpu.warning"],
  explain: ["hostscope explain", "hostscope explain --from 03:00 --to 03:20"],
  why: ["hostscope why cpu", "hostscope why disk --at 03:12"],
  report: [
    "hostscope report --format pdf --hours 24",
    "hostscope report --format html --hours 168 -O week.html",
    "hostscope report --format json -O - | jq .sentence.text",
  ],
  export: [
    "hostscope export --format json --hours 48",
    "hostscope export --metric system.cpu.utilization system.memory.usage -O cpu-and-memory.csv",
    "hostscope export --metric processes --format ndjson --hours 1 -O -",
  ],
  incident: [
    "hostscope incident",
    "hostscope incident --from 03:00 --to 03:30 night.hostscope",
    "hostscope incident --hours 3 --redact for-support.hostscope",
  ],
  open: ["hostscope open night.hostscope", "hostscope open night.hostscope --port 5080"],
  backup: ["hostscope backup", "hostscope backup /mnt/backup/hostscope.db"],
  restore: ["hostscope restore hostscope-backup.db", "hostscope restore /mnt/backup/hostscope.db --data-dir /var/lib/hostscope"],
  "upgrade-check": ["hostscope upgrade-check /var/lib/hostscope", "hostscope upgrade-check data"],
  service: ["sudo hostscope service install", "hostscope service status"],
  "service install": ["sudo hostscope service install --dry-run", "hostscope service install --user"],
  "service status": ["hostscope service status", "hostscope service status --user"],
  "service uninstall": ["sudo hostscope service uninstall", "hostscope service uninstall --user"],
  doctor: ["hostscope doctor", "hostscope doctor --json"],
  user: ["hostscope user add ada --role admin", "hostscope user list"],
  "user add": ["hostscope user add ada --role admin", "hostscope user add guest"],
  "user list": ["hostscope user list", "hostscope user list --json"],
  "user remove": ["hostscope user remove guest", "hostscope user remove guest --data-dir /var/lib/hostscope"],
  "user password": ["hostscope user password ada", "hostscope user password ada --password-file - < new-password"],
  "user role": ["hostscope user role guest admin", "hostscope user role ada viewer"],
  token: ["hostscope token create backup", "hostscope token list"],
  "token create": ["hostscope token create backup", "hostscope token create deploy --role admin"],
  "token list": ["hostscope token list", "hostscope token list --json"],
  "token revoke": ["hostscope token revoke q3Jw9xkT", "hostscope token revoke q3Jw9xkT --data-dir /var/lib/hostscope"],
  version: ["hostscope version", "hostscope --version"],
};

export function addExamples(command: Command, path: readonly string[] = []): void {
  const lines = EXAMPLES[path.join(" ")] ?? [];
  if (lines.length > 0) command.addHelpText("after", `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`);
  for (const one of command.commands) addExamples(one, [...path, one.name()]);
}
