import type { Words } from "../en";

export const reports: Words["reports"] = {};
