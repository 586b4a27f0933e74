// Runs the handlers beside it, one a path, on a port of the system's choice, under Node and Deno.
// GET /effects/KIND answers with the number of events that have taken effect.
import { createServer } from "node:http";

import { count } from "./store.mjs";

const kinds = {};
for (const kind of process.argv.slice(2)) kinds[kind] = (await import(`./${kind}.mjs`)).default;

function reply(response) {
  let code = 200;
  const answer = {
    status(status) {
      code = status;
      return answer;
    },
    send(text) {
      const length = Buffer.byteLength(text);
      response.writeHead(code, { "content-type": "text/plain", "content-length": length, connection: "close" });
      response.end(text);
    },
  };
  return answer;
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", async () => {
    const [, place, kind] = request.url.split("/");
    const answer = reply(response);
    if (place === "effects") return answer.send(String(count(kind)));
    if (place !== "hooks" || !kinds[kind]) return answer.status(404).send("nothing here");
    const { method, headers } = request;
    try {
      await kinds[kind]({ method, headers, rawBody: Buffer.concat(chunks) }, answer);
    } catch {
      answer.status(500).send("error");
    }
  });
});
server.listen(0, "127.0.0.1", () => console.log(`listening on ${server.address().port}`));
