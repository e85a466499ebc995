import { expect, test } from "vitest";
import { SEVERITIES } from "~/domain/alert";
import { emailNotifier } from "./email";

test("a mail for receivers who are all told with an earlier one that was put off is sent to nobody, and is no failure", async () => {
  const { send } = emailNotifier({
    // Nobody listens there: a mail that was sent would fail.
    host: "127.0.0.1",
    port: 9,
    tls: "none",
    username: undefined,
    password: undefined,
    publicOnly: false,
    from: "hostscope@localhost",
    messageDomain: "localhost",
    to: ["ops@example.org"],
    severities: SEVERITIES,
  });
  const message = { host: "web-1", at: 0, items: [], more: 0, link: null, except: ["ops@example.org"] };
  expect(await send(message, "key")).toMatchObject({ ok: true });
  expect(await send({ ...message, except: [] }, "key")).toMatchObject({ ok: false });
});
