import type { Words } from "../en";
import { alerts } from "./alerts";
import { containers } from "./containers";
import { core } from "./core";
import { login } from "./login";
import { machines } from "./machines";
import { network } from "./network";
import { performance } from "./performance";
import { processes } from "./processes";
import { reports } from "./reports";
import { settings } from "./settings";

export const de: Words = {
  ...core,
  alerts,
  containers,
  login,
  machines,
  network,
  performance,
  processes,
  reports,
  settings,
};
