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

export const en = {
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

/** Every text of the pages. English is the model: another language has the same keys, and functions with the same arguments. */
export type Words = typeof en;
