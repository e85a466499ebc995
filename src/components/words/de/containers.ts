import type { Words } from "../en";

export const containers: Words["containers"] = {};
