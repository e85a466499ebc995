import { charts } from "./charts";
import { overview } from "./overview";
import { shell } from "./shell";
import { ui } from "./ui";

/** What the frame and Overview say, which every visit begins with. */
export const core = {
  charts,
  overview,
  shell,
  ui,
};
