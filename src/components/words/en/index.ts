import { alerts } from "./alerts";
import { charts } from "./charts";
import { containers } from "./containers";
import { login } from "./login";
import { machines } from "./machines";
import { network } from "./network";
import { overview } from "./overview";
import { performance } from "./performance";
import { processes } from "./processes";
import { reports } from "./reports";
import { settings } from "./settings";
import { shell } from "./shell";
import { ui } from "./ui";

export const en = {
  alerts,
  charts,
  containers,
  login,
  machines,
  network,
  overview,
  performance,
  processes,
  reports,
  settings,
  shell,
  ui,
};

/** Every text of the pages. English is the model: another language has the same keys, and functions with the same arguments. */
export type Words = typeof en;
