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
