import { z } from "zod";
import { escapeHtml } from "~/domain/escape-html";
import { cutToBytes } from "../cut";
import { bodyText, subjectLine } from "../message";
import { joined, type ServiceRequest, service } from "./service";

/** An event may have 65,536 bytes, with both forms of the text in it. */
const MOST_BYTES = 10_000;

/** https://spec.matrix.org/latest/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid */
export const matrix = service({
  options: {
    homeserver: z
      .url({ protocol: /^https?$/ })
      .meta({ description: "Address of the homeserver.", examples: ["https://matrix.example.org"] }),
    room_id: z
      .string()
      .regex(/^[!#]/, "expected a room such as !abc:example.org")
      .meta({ description: "Id or alias of the room.", examples: ["!abc:example.org"] }),
    access_token: z.string().min(1).describe("Access token of the user that posts."),
  },
  secrets: ["access_token"],
  requests(message, { homeserver, room_id, access_token }, key): ServiceRequest[] {
    const subject = subjectLine(message);
    const text = cutToBytes(bodyText(message), MOST_BYTES);
    const body = {
      msgtype: "m.text",
      body: `${subject}\n${text}`,
      format: "org.matrix.custom.html",
      formatted_body: `<strong>${escapeHtml(subject)}</strong><pre><code>${escapeHtml(text)}</code></pre>`,
      // Nobody is mentioned, whatever the text holds.
      "m.mentions": {},
    };
    // The same transaction id makes a message that is sent again the same message.
    const path = `_matrix/client/v3/rooms/${encodeURIComponent(room_id)}/send/m.room.message/${encodeURIComponent(key)}`;
    return [
      {
        method: "PUT",
        url: joined(homeserver, path),
        headers: { "content-type": "application/json", authorization: `Bearer ${access_token}` },
        body: JSON.stringify(body),
      },
    ];
  },
});
