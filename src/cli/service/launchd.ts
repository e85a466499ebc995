import { escapeHtml } from "~/domain/escape-html";
import type { Places } from "../places";

/** A property list of launchd that keeps the program running in the user's session. */
export function launchdText({ label, command, places }: { label: string; command: readonly string[]; places: Places }): string {
  const { configPath, dataDir, logDir } = places;
  const variables = { HOSTSCOPE_CONFIG: configPath, HOSTSCOPE_DATA_DIR: dataDir, HOSTSCOPE_LOG_DIR: logDir };
  const text = (value: string) => `<string>${escapeHtml(value)}</string>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>${text(label)}
  <key>ProgramArguments</key>
  <array>
${[...command, "start"].map((word) => `    ${text(word)}`).join("\n")}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
${Object.entries(variables)
  .map(([name, value]) => `    <key>${name}</key>${text(value)}`)
  .join("\n")}
  </dict>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
</dict>
</plist>
`;
}
