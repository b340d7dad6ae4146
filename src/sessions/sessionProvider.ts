// Opens the broker when there is something to hand out, and gives the places where user code runs their pointer to it.
// Closes it and takes the pointers back when the last connection goes or the settings say so.
import * as l10n from "@vscode/l10n";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type * as vscode from "vscode";
import { descriptorPathFor } from "../broker/descriptor.ts";
import type { BrokerAnswer, HeadersSource } from "../broker/exchange.ts";
import { sharedFolders } from "../broker/folderIndex.ts";
import { startBroker, type Broker } from "../broker/server.ts";
import { clientFoldersIn, installClientFiles } from "./clientFiles.ts";
import { provideToDebugSessions } from "./debug.ts";
import type { SessionPointer } from "./environment.ts";
import { inspectSessions, type SessionFinding } from "./inspect.ts";
import { hostEnvironment } from "./hostEnvironment.ts";
import { provideToTerminals } from "./terminal.ts";

/** What the settings and the workspace say: which places get a pointer. */
export interface SessionSettings {
  /** Something can be handed out and the workspace is trusted. */
  readonly open: boolean;
  /** Why it is not open, for a person. */
  readonly closedBecause: string;
  /** Terminals, and debug sessions outside of them. */
  readonly terminals: boolean;
  /** Notebook kernels that run beside the extension host. */
  readonly notebooks: boolean;
  /** Programs that other extensions start: test runners, servers, consoles. */
  readonly extensionPrograms: boolean;
  /** Programs in these find the window without being given a pointer. */
  readonly folders: readonly string[];
  readonly autoConnect: SessionPointer["autoConnect"];
}

export interface SessionProvider {
  /** Makes it so; calls follow one another. Rejects when the broker cannot be opened or the client files not be written. */
  follow(settings: SessionSettings): Promise<void>;
  /** Resolves when the last settings are followed, or that has failed. */
  settled(): Promise<void>;
  /** Where two windows serve one workspace and the other is gone, what sessions were given points to this one again. */
  restore(): Promise<void>;
  /** For LanceDB: Diagnose. */
  inspect(): Promise<readonly SessionFinding[]>;
  /** Closes the broker; what terminals were given stays, for the next window to serve. */
  dispose(): Promise<void>;
}

/** Notebooks whose kernels may run elsewhere. */
export interface KernelSessions {
  /** @param session undefined: notebooks get nothing, and what they were given is taken back */
  use(session: SessionPointer | undefined): void;
  inspect(): Promise<SessionFinding>;
}

export interface SessionParts {
  readonly context: Pick<
    vscode.ExtensionContext,
    "globalStorageUri" | "extensionUri" | "environmentVariableCollection" | "workspaceState"
  >;
  /** The same for this workspace at every start. */
  readonly workspace: string;
  /** The same for this machine as long as a terminal lives, see thisMachineId. */
  readonly machine: string;
  readonly source: HeadersSource;
  readonly kernels: KernelSessions;
  readonly onAnswer: (answer: BrokerAnswer) => void;
  /** Told of what was damaged and has been put right. */
  readonly onRepair: (what: string) => void;
}

export function provideSessions({ context, source, kernels, ...told }: SessionParts): SessionProvider {
  const [storage, collection] = [context.globalStorageUri.fsPath, context.environmentVariableCollection];
  const [descriptorPath, target] = [descriptorPathFor(storage, told.workspace, told.machine), join(storage, "clients")];
  let broker: Broker | undefined;
  let last = Promise.resolve();
  let pointer: SessionPointer | undefined;
  let closedBecause: string | undefined;
  const shared = sharedFolders(descriptorPath);
  const provideToHost = hostEnvironment(process.env);
  const debugSessions = provideToDebugSessions(() => last.then(() => pointer), clientFoldersIn(target));

  const apply = async ({ open, terminals, notebooks, autoConnect, ...settings }: SessionSettings): Promise<void> => {
    closedBecause = open ? l10n.t("the local socket could not be opened") : settings.closedBecause;
    if (!open) {
      pointer = undefined;
      provideToHost(undefined);
      kernels.use(undefined);
      collection.clear();
      await broker?.dispose();
      broker = undefined;
      await shared.share([]);
      return;
    }
    const clients = await installClientFiles(join(context.extensionUri.fsPath, "dist", "clients"), target);
    broker ??= await startBroker({ descriptorPath }, source, told);
    const session: SessionPointer = { descriptorPath, clients, autoConnect };
    provideToHost(notebooks ? session : undefined, settings);
    kernels.use(notebooks ? session : undefined);
    pointer = terminals ? session : undefined;
    provideToTerminals(collection, pointer);
    await shared.share(settings.folders);
  };
  const settled = (): Promise<void> => last.catch(() => undefined);
  return {
    settled,
    follow(settings) {
      const early = earlySession(settings, descriptorPath, clientFoldersIn(target));
      if (early !== undefined) provideToHost(early, settings);
      last = settled().then(() => apply(settings));
      return last;
    },
    async inspect() {
      await settled();
      const closed = { closedBecause: broker === undefined ? closedBecause : undefined };
      return inspectSessions({ descriptorPath, target, collection, notebook: () => kernels.inspect(), ...closed });
    },
    async restore() {
      await settled();
      await broker?.restore();
      if (broker !== undefined) await shared.again();
    },
    async dispose() {
      debugSessions.dispose();
      provideToHost(undefined);
      kernels.use(undefined);
      await settled();
      await broker?.dispose();
      await shared.retire();
    },
  };
}

/** A notebook that is open from the last time has its kernel started as soon as the window is there. */
function earlySession(
  { open, notebooks, autoConnect }: SessionSettings,
  descriptorPath: string,
  clients: SessionPointer["clients"],
): SessionPointer | undefined {
  if (!open || !notebooks || !existsSync(clients.pythonStartup)) return undefined;
  return { descriptorPath, clients, autoConnect };
}
