/** An engine in memory: takes remote write, and answers the queries that ask for samples. What needs arithmetic gets an empty answer. */
import { createServer } from "node:http";
import { decodeLabels, decodeRequest } from "~/server/remote-write/encode";

interface Stored {
  labels: Record<string, string>;
  points: Map<number, number>;
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `name{a="b",c=~"d",e!="f"}` */
function matcherOf(selector: string): ((labels: Record<string, string>) => boolean) | null {
  const [, name, inside] = /^([a-zA-Z_:]\w*)?\{(.*)\}$/s.exec(selector) ?? [];
  if (inside === undefined) return null;
  const wanted = [...inside.matchAll(/(\w+)(=~|!=|=)"((?:[^"\\]|\\.)*)"/g)].map(([, label = "", operator, text = ""]) => {
    const value = JSON.parse(`"${text}"`) as string;
    const pattern = new RegExp(`^(?:${value})$`);
    return (labels: Record<string, string>) => {
      const own = labels[label] ?? "";
      return operator === "=" ? own === value : operator === "!=" ? own !== value : pattern.test(own);
    };
  });
  return (labels) => (name === undefined || labels.__name__ === name) && wanted.every((one) => one(labels));
}

export async function startWrittenEngine() {
  const series = new Map<string, Stored>();
  let isAway = false;

  const write = (body: Buffer) => {
    for (const { head, samples } of decodeRequest(body)) {
      const key = Buffer.from(head).toString("base64");
      const known = series.get(key) ?? { labels: { ...decodeLabels(head) }, points: new Map() };
      series.set(key, known);
      for (const { at, value } of samples) known.points.set(at, value);
    }
  };
  const found = (selector: string) => {
    const matches = matcherOf(selector);
    return matches === null ? [] : [...series.values()].filter(({ labels }) => matches(labels));
  };
  const within = ({ points }: Stored, from: number, to: number) =>
    [...points].filter(([at]) => at > from && at <= to).sort(([a], [b]) => a - b);
  const pair = ([at, value]: [number, number]) => [at / 1000, String(value)];
  const vector = (result: unknown[]) => ({ resultType: "vector", result });
  const matrix = (result: unknown[]) => ({ resultType: "matrix", result });

  const answer = (path: string, asked: URLSearchParams) => {
    const query = asked.get("query") ?? "";
    const at = Number(asked.get("time")) * 1000;
    const [, selector = "", amount, unit = "s"] = /^(?:last_over_time\()?(.*\})\[(\d+)([smhd])\]\)?$/s.exec(query) ?? [];
    const windowMs = Number(amount) * (UNITS[unit] ?? 0);
    if (path.endsWith("query_range")) {
      const [from, to, step] = ["start", "end", "step"].map((name) => Number(asked.get(name)) * 1000) as [number, number, number];
      return matrix(
        found(selector).map((one) => {
          const values: unknown[] = [];
          for (let time = from; time <= to; time += step) {
            const last = within(one, time - windowMs, time).at(-1);
            if (last) values.push([time / 1000, String(last[1])]);
          }
          return { metric: one.labels, values };
        }),
      );
    }
    const isSamples = !query.startsWith("last_over_time(");
    const points = found(selector).map((one) => ({ metric: one.labels, values: within(one, at - windowMs, at).map(pair) }));
    if (isSamples) return amount === undefined ? vector([]) : matrix(points.filter(({ values }) => values.length > 0));
    return vector(points.flatMap(({ metric, values }) => (values.length > 0 ? [{ metric, value: values.at(-1) }] : [])));
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const { pathname } = new URL(request.url ?? "/", "http://localhost");
      if (isAway) return void response.writeHead(503).end("away");
      if (pathname.endsWith("/write")) {
        write(body);
        return void response.writeHead(204).end();
      }
      const data = answer(pathname, new URLSearchParams(body.toString()));
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ status: "success", data }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;
  return {
    url,
    writeUrl: `${url}/api/v1/write`,
    write,
    away: (is: boolean) => void (isAway = is),
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
