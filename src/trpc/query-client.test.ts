import { QueryObserver } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { createQueryClient, readAgain } from "./query-client";

test("an answer from before a change is not kept, even when it is the first one and comes after the change", async () => {
  const client = createQueryClient();
  const rows = ["old"];
  const first = Promise.withResolvers<void>();
  let asked = 0;
  const observer = new QueryObserver(client, {
    queryKey: ["rows"],
    queryFn: async () => {
      const answer = [...rows];
      if (++asked === 1) await first.promise;
      return answer;
    },
  });
  const stop = observer.subscribe(() => {});
  rows.push("new");
  const read = readAgain(client, { queryKey: ["rows"] });
  first.resolve();
  await read;
  expect(observer.getCurrentResult().data).toEqual(["old", "new"]);
  expect(asked).toBe(2);
  stop();
  client.clear();
});
