// What the editor's notebook tests need beside the extension host: an authorization server and a LanceDB server, a token endpoint that
// wants no secret (nobody is there to type one), and a Jupyter server elsewhere, whose kernels have none of our environment.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { clients, startAuthorizationServer, type AuthorizationServer } from "../servers/authorizationServer.ts";
import { editorTestVariables, type NotebookPlace } from "./editorSuite.ts";
import { startJupyterServer } from "./jupyterStandIn/jupyterServer.ts";
import { standInVariables } from "./jupyterStandIn/standInVariables.ts";
import { startLanceDbServer } from "../servers/lancedbServer.ts";
import { listenOnLoopback, readBody, type Loopback } from "../servers/loopback.ts";
import { environmentFor } from "./workbench.ts";

export type NotebookStage = {
  /** For the extension host. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
};

/** @param folder a place for IPython's history and the server's log */
export async function setNotebookStage(python: string, folder: string): Promise<NotebookStage> {
  const authorization = await startAuthorizationServer({
    accessTokenSeconds: Number(process.env[editorTestVariables.tokenSeconds] ?? 15),
  });
  const lancedb = await startLanceDbServer({ ...authorization });
  const front = await publicTokenEndpoint(authorization);
  const place: NotebookPlace = {
    folder,
    connection: {
      ...{ name: "demo", uri: "db://demo", hostOverride: lancedb.host, tokenUrl: `${front.origin}/token` },
      ...{ clientId: clients.demo.id, clientAuthentication: "none" },
    },
  };
  const elsewhere = await startElsewhere(python, join(folder, "elsewhere"));
  return {
    env: {
      ...elsewhere.env,
      [standInVariables.consent]: "allow",
      [standInVariables.trace]: join(folder, "jupyter-trace.log"),
      [editorTestVariables.notebooks]: JSON.stringify(place),
      IPYTHONDIR: join(folder, "ipython"),
    },
    close: async () => {
      await elsewhere.close();
      await front.close();
      await lancedb.close();
      await authorization.close();
    },
  };
}

/** A Jupyter server whose kernels have none of our environment, and this machine's Python; for the stand-in. */
export async function startElsewhere(python: string, folder: string): Promise<NotebookStage> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "sitecustomize.py"), otherMachine);
  const ownStartup = join(folder, "own_startup.py");
  await writeFile(ownStartup, "import math as own_name\n");
  const own = { IPYTHONDIR: join(folder, "ipython"), PYTHONPATH: folder, PYTHONSTARTUP: ownStartup };
  const env = environmentFor(own);
  const server = await startJupyterServer({ python, env, folder, logFile: join(folder, "server.log") });
  const { origin, token } = server;
  return {
    env: {
      [standInVariables.python]: python,
      [standInVariables.remote]: JSON.stringify({ origin, token }),
      [standInVariables.startMs]: "2000",
    },
    close: () => server.close(),
  };
}

/** As on another machine, of which only the files are shared: the sockets of this one do not answer. */
const otherMachine = `
import socket

class Socket(socket.socket):
    def connect(self, address):
        if isinstance(address, str):
            raise ConnectionRefusedError(address)
        return super().connect(address)

socket.socket = Socket
`;

/** Passes a token request on with the demo client's secret. */
async function publicTokenEndpoint({ tokenUrl }: AuthorizationServer): Promise<Loopback> {
  const front = await listenOnLoopback();
  const basic = Buffer.from(`${clients.demo.id}:${clients.demo.secret}`).toString("base64");
  front.listener = (request, response) => {
    void (async () => {
      const form = new URLSearchParams((await readBody(request)).toString());
      form.delete("client_id");
      const headers = { authorization: `Basic ${basic}` };
      const reply = await fetch(tokenUrl, { method: "POST", headers, body: form });
      response.writeHead(reply.status, { "content-type": "application/json" }).end(await reply.text());
    })();
  };
  return front;
}
