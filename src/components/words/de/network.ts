import type { Words } from "../en";

export const network: Words["network"] = {};
