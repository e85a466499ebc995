/** The services that alerts are sent to, by their key below `notifications`. */
import { alertmanager } from "./alertmanager";
import { discord } from "./discord";
import { googleChat } from "./google-chat";
import { gotify } from "./gotify";
import { homeAssistant } from "./home-assistant";
import { matrix } from "./matrix";
import { mattermost } from "./mattermost";
import { msteams } from "./msteams";
import { ntfy } from "./ntfy";
import { opsgenie } from "./opsgenie";
import { pagerduty } from "./pagerduty";
import { pushover } from "./pushover";
import { rocketchat } from "./rocketchat";
import { signal } from "./signal";
import { slack } from "./slack";
import { telegram } from "./telegram";

export const SERVICES = {
  alertmanager,
  discord,
  google_chat: googleChat,
  gotify,
  home_assistant: homeAssistant,
  matrix,
  mattermost,
  msteams,
  ntfy,
  opsgenie,
  pagerduty,
  pushover,
  rocketchat,
  signal,
  slack,
  telegram,
} as const;

export type ServiceName = keyof typeof SERVICES;

/** As the services call themselves. */
export const SERVICE_TITLES: Readonly<Record<ServiceName, string>> = {
  alertmanager: "Alertmanager",
  discord: "Discord",
  google_chat: "Google Chat",
  gotify: "Gotify",
  home_assistant: "Home Assistant",
  matrix: "Matrix",
  mattermost: "Mattermost",
  msteams: "Microsoft Teams",
  ntfy: "ntfy",
  opsgenie: "Opsgenie",
  pagerduty: "PagerDuty",
  pushover: "Pushover",
  rocketchat: "Rocket.Chat",
  signal: "Signal",
  slack: "Slack",
  telegram: "Telegram",
};
