// The local socket on which the broker listens. Its file can be removed while the window lives (Remote-SSH: the runtime folder goes
// with the last session; cleaners of temporary files): then another socket is opened, and whoever is being answered gets his answer.
import type { Server } from "node:http";
import { identityOf, watchFile, type FileWatch } from "./fileWatch.ts";

export interface Door {
  /** Where it is now. */
  readonly path: string;
  /** Opens it again where its file is gone. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface DoorParts {
  /** A path that nobody uses, in a folder that is there. */
  readonly newPath: () => Promise<string>;
  readonly newServer: () => Server;
  /** Told of the path of a door that was opened again, and awaited. */
  readonly onMoved: (path: string) => Promise<void>;
}

interface Opened {
  readonly path: string;
  readonly server: Server;
  /** Of the socket's file; undefined for a named pipe, which is no file and cannot vanish. */
  readonly identity: string | undefined;
}

export async function openDoor({ newPath, newServer, onMoved }: DoorParts): Promise<Door> {
  /** Those that listen no more are kept until their last answer is given. */
  const servers = new Set<Server>();
  const open = async (): Promise<Opened> => {
    const [path, server] = [await newPath(), newServer()];
    await listen(server, path);
    servers.add(server);
    server.once("close", () => servers.delete(server));
    const isPipe = path.startsWith("\\\\");
    return { path, server, identity: isPipe ? undefined : ((await identityOf(path)) ?? "gone") };
  };
  let current = await open();
  let closed = false;
  let watching: FileWatch | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const checkOnce = async (): Promise<boolean> => {
    if (closed || (await isThere(current))) return true;
    const before = current;
    current = await open();
    before.server.close();
    watching?.close();
    follow();
    await onMoved(current.path);
    return true;
  };
  const check = (): Promise<boolean> => {
    const checked = last.then(checkOnce);
    last = checked.catch(() => undefined);
    return checked;
  };
  const follow = (): void => {
    if (current.identity !== undefined && !closed) watching = watchFile(current.path, check);
  };
  follow();
  return {
    get path() {
      return current.path;
    },
    check: () => check().then(() => undefined),
    async close() {
      closed = true;
      watching?.close();
      await last;
      await Promise.all([...servers].map(close));
    },
  };
}

async function isThere({ path, identity }: Opened): Promise<boolean> {
  return identity === undefined || (await identityOf(path)) === identity;
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path, readableAll: false, writableAll: false, backlog: 2_048 }, () => {
      server.off("error", reject);
      // An accept that fails later (no file handles left) must not end the extension host.
      server.on("error", () => undefined);
      resolve();
    });
  });
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
