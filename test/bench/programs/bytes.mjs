// A server that answers GET /N with N bytes, and POST with how many bytes came. Prints its port, and ends with its input.
import { createServer } from "node:http";

const chunk = Buffer.alloc(262_144, "arrow");

function* bytes(count) {
  for (let left = count; left > 0; left -= chunk.length) yield chunk.subarray(0, Math.min(left, chunk.length));
}

const server = createServer((request, response) => {
  if (request.method === "GET") {
    const count = Number(/(\d+)$/.exec(request.url)?.[1] ?? 0);
    response.writeHead(200, { "content-type": "application/vnd.apache.arrow.stream" });
    send(response, bytes(count));
    request.resume();
    return;
  }
  let received = 0;
  request.on("data", (data) => (received += data.length));
  request.on("end", () => response.end(String(received)));
});

/** Only what the other side takes: a server that holds a gigabyte would measure itself. */
function send(response, chunks) {
  for (let next = chunks.next(); !next.done; next = chunks.next()) {
    if (response.write(next.value)) continue;
    response.once("drain", () => send(response, chunks));
    return;
  }
  response.end();
}

server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit(0)).resume();
