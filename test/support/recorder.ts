// A server that writes down what credentials it is sent, and refuses every request: for tests of who gets a token.
import { listenOnLoopback } from "./servers/loopback.ts";

export type Recorder = {
  readonly host: string;
  /** Oldest first; empty where nothing was sent. */
  readonly seen: { readonly authorization: string; readonly apiKey: string }[];
  close(): Promise<void>;
};

export async function startRecorder(): Promise<Recorder> {
  const seen: { authorization: string; apiKey: string }[] = [];
  const loopback = await listenOnLoopback();
  loopback.listener = (request, response) => {
    const { authorization = "", "x-api-key": apiKey = "" } = request.headers;
    seen.push({ authorization, apiKey: String(apiKey) });
    request.resume();
    response.writeHead(401).end("refused");
  };
  return { host: loopback.origin, seen, close: () => loopback.close() };
}
