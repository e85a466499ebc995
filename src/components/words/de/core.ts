import type { Words } from "../en";
import { charts } from "./charts";
import { overview } from "./overview";
import { shell } from "./shell";
import { ui } from "./ui";

export const core: Pick<Words, "charts" | "overview" | "shell" | "ui"> = {
  charts,
  overview,
  shell,
  ui,
};
