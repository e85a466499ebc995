import type { Words } from "../en";

export const processes: Words["processes"] = {};
