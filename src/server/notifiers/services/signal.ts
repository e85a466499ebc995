import { z } from "zod";
import { cutToLength } from "../cut";
import { bodyText, subjectLine } from "../message";
import { joined, jsonRequest, service } from "./service";

const MOST = 2000;

/** signal-cli's REST server: https://bbernhard.github.io/signal-cli-rest-api/ */
export const signal = service({
  options: {
    url: z
      .url({ protocol: /^https?$/ })
      .meta({ description: "Address of signal-cli-rest-api.", examples: ["http://127.0.0.1:8080"] }),
    number: z
      .string()
      .min(1)
      .meta({ description: "Number that sends.", examples: ["+4912345678"] }),
    recipients: z
      .union([
        z
          .string()
          .min(1)
          .transform((one) => [one]),
        z.array(z.string().min(1)).min(1),
      ])
      .meta({ description: "Numbers or groups that receive.", examples: [["+4987654321"]] }),
  },
  secrets: [],
  requests: (message, { url, number, recipients }) => [
    jsonRequest(joined(url, "v2/send"), {
      number,
      recipients,
      message: cutToLength(`${subjectLine(message)}\n${bodyText(message)}`, MOST),
    }),
  ],
});
