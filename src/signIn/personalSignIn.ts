// A person signs in: by a browser that comes back, or with a code. Shows progress that can be cancelled, opens the page, and says
// which way fits here and which comes next. Stores nothing.
import * as vscode from "vscode";
import type { RedirectPlace } from "../oauth/grants/authorizationCode.ts";
import type { Granted } from "../oauth/grants/clientConfiguration.ts";
import { systemClock } from "../oauth/clock.ts";
import type { Connection } from "../oauth/connection.ts";
import type { DevicePrompt } from "../oauth/grants/deviceCode.ts";
import { AuthError, type Challenge } from "../oauth/errors.ts";
import { redirectOf, redirectToRegister, type RedirectAddress } from "../providers/providers.ts";
import { fittingWays, type Surroundings, type WayToSignIn } from "../oauth/grants/waysToSignIn.ts";
import type { AuthorizationServers, ClientSecret } from "../accounts/authorizationServers.ts";
import { openInBrowser } from "./browser.ts";

export interface PersonalSignInParts {
  readonly servers: AuthorizationServers;
  /** A place on this machine that a browser on this machine comes back to. */
  readonly openLoopback: (wanted: RedirectAddress) => Promise<RedirectPlace>;
  /** The editor's own address. */
  readonly openUri: () => Promise<RedirectPlace>;
  readonly editorAddress: () => Promise<string>;
}

export interface SignInDetails {
  readonly signal?: AbortSignal | undefined;
  /** What the server wants to see of the person beyond what it has seen. */
  readonly challenge?: Challenge | undefined;
}

export interface PersonalSignIn {
  /** The ways that fit, the wanted one first. Rejects with flow_unsupported when there is none. */
  ways(connection: Connection, signal?: AbortSignal): Promise<readonly [WayToSignIn, ...WayToSignIn[]]>;
  /** Rejects with AuthError; cancelled when the person gives up. */
  run(connection: Connection, way: WayToSignIn, secret: ClientSecret, more?: SignInDetails): Promise<Granted>;
  /** Where the browser comes back to in this place, as it is to be registered; without a port where any fits. */
  redirectAddress(connection: Connection): Promise<string>;
}

const wayNames: Readonly<Record<WayToSignIn, () => string>> = {
  loopback: () => vscode.l10n.t("Use the Browser"),
  uriHandler: () => vscode.l10n.t("Use the Browser"),
  deviceCode: () => vscode.l10n.t("Use a Device Code"),
};

/** What a button or an arrow says that leads there. */
export function wayName(way: WayToSignIn): string {
  return wayNames[way]();
}

export function personalSignIn(parts: PersonalSignInParts): PersonalSignIn {
  return {
    redirectAddress: (connection) =>
      surroundings() === "desktop" ? Promise.resolve(redirectToRegister(connection)) : parts.editorAddress(),
    ways: async ({ issuerUrl = "", flow, provider }, signal) => {
      const { offers } = await parts.servers.discover(issuerUrl, signal, provider);
      const [first, ...others] = fittingWays(flow, surroundings(), offers);
      if (first === undefined) {
        throw new AuthError("flow_unsupported", {
          detail: vscode.l10n.t("the issuer has no page for it and no device codes"),
        });
      }
      return [first, ...others];
    },
    run: (connection, way, clientSecret, { signal, challenge } = {}) =>
      withProgress(connection, signal, (progress, ending) => {
        const request = { connection, clientSecret, signal: ending, challenge };
        if (way === "deviceCode") {
          const show = (prompt: DevicePrompt): Promise<void> => showCode(prompt, progress);
          return parts.servers.signInWithDeviceCode(request, { show, clock: systemClock });
        }
        const onLoopback = (): Promise<RedirectPlace> => parts.openLoopback(redirectOf(connection));
        const openPlace = way === "loopback" ? onLoopback : parts.openUri;
        const browse = async (url: string): Promise<void> => {
          progress.report({ message: vscode.l10n.t("go on in the browser.") });
          await openInBrowser(url);
        };
        return parts.servers.signInWithBrowser(request, { openPlace, browse, clock: systemClock });
      }),
  };
}

function surroundings(): Surroundings {
  if (vscode.env.uiKind === vscode.UIKind.Web) return "browser";
  return vscode.env.remoteName === undefined ? "desktop" : "desktopWithRemote";
}

type Progress = vscode.Progress<{ readonly message: string }>;

async function withProgress(
  { name }: Connection,
  signal: AbortSignal | undefined,
  work: (progress: Progress, signal: AbortSignal) => Promise<Granted>,
): Promise<Granted> {
  const title = vscode.l10n.t("Signing in to “{0}”", name);
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, cancellation) => {
    const abort = new AbortController();
    const cancel = (): void => {
      abort.abort(new AuthError("cancelled"));
    };
    const listening = cancellation.onCancellationRequested(cancel);
    signal?.addEventListener("abort", cancel, { once: true });
    if (signal?.aborted === true) cancel();
    try {
      return await work(progress, abort.signal);
    } finally {
      listening.dispose();
      signal?.removeEventListener("abort", cancel);
    }
  });
}

/** Nobody waits for the page to open: the code can be entered on any machine. */
async function showCode({ userCode, url, place, completeUrl }: DevicePrompt, progress: Progress): Promise<void> {
  await vscode.env.clipboard.writeText(userCode);
  progress.report({ message: vscode.l10n.t("enter the code {0} (it is copied) at {1}", userCode, place) });
  void openInBrowser(completeUrl ?? url);
}
