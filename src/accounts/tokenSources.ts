// Tokens that something else on this machine has: an account of the editor, a command that prints one, Azure's managed identity.
// Asks for them; stores nothing.
import * as vscode from "vscode";
import type { Connection } from "../oauth/connection.ts";
import { AuthError } from "../oauth/errors.ts";
import type { Fetch } from "../oauth/http.ts";
import { remainingSeconds, type TokenResponse } from "../oauth/token.ts";

export interface TokenSourceParts {
  readonly fetch: Fetch;
  /** Runs a program without a shell; answers what it prints. */
  readonly run: (
    command: { readonly command: string; readonly args: readonly string[]; readonly timeoutMs: number },
    signal?: AbortSignal,
  ) => Promise<string>;
  readonly env: NodeJS.ProcessEnv;
  readonly readFile: (path: string) => Promise<string>;
}

export interface TokenSources {
  /**
   * Rejects with AuthError.
   * @param mayAsk whether the person is there to be asked; otherwise interaction_required where they would have to be
   */
  token(connection: Connection, mayAsk: boolean, signal?: AbortSignal): Promise<TokenResponse>;
}

export function tokenSources({ fetch, run, env, readFile }: TokenSourceParts): TokenSources {
  return {
    token: async (connection, mayAsk, signal) => {
      const { flow, command = "", args = [], timeoutSeconds } = connection;
      if (flow === "vscode") return editorToken(connection, mayAsk);
      if (flow === "azure_managed_identity") {
        const { managedIdentityToken } = await import("../oauth/managedIdentity.ts");
        return managedIdentityToken(connection, { env, fetch, readFile }, signal, Date.now());
      }
      if (flow !== "command") throw new AuthError("invalid_configuration");
      if (!vscode.workspace.isTrusted) {
        throw new AuthError("flow_unsupported", {
          detail: vscode.l10n.t("no command is run in an untrusted workspace"),
        });
      }
      const { printedToken } = await import("../oauth/printedToken.ts");
      return printedToken(await run({ command, args, timeoutMs: timeoutSeconds * 1000 }, signal), Date.now());
    },
  };
}

async function editorToken({ providerId = "", scopes }: Connection, mayAsk: boolean): Promise<TokenResponse> {
  const session = await editorSession(providerId, scopes, mayAsk);
  if (session === undefined) {
    throw new AuthError("interaction_required", { detail: vscode.l10n.t("no account of {0} may be used", providerId) });
  }
  const { accessToken } = session;
  const expiresIn = remainingSeconds(accessToken, Date.now());
  return expiresIn === undefined ? { accessToken } : { accessToken, expiresIn };
}

/** The editor itself asks the person whether this extension may use the account. */
async function editorSession(
  providerId: string,
  scopes: readonly string[],
  mayAsk: boolean,
): Promise<vscode.AuthenticationSession | undefined> {
  try {
    if (!mayAsk) return await vscode.authentication.getSession(providerId, scopes, { silent: true });
    return await vscode.authentication.getSession(providerId, scopes, { createIfNone: true });
  } catch (error) {
    const detail = error instanceof Error ? error.message : "";
    // What the editor throws when the person says no.
    if (/cancel|did not consent/i.test(detail)) throw new AuthError("cancelled", { cause: error });
    throw new AuthError("flow_unsupported", {
      cause: error,
      detail: vscode.l10n.t('the account provider "{0}": {1}', providerId, detail),
    });
  }
}

export interface AccountProvider {
  readonly id: string;
  readonly label: string;
}

/** What installed extensions offer, Microsoft first. */
export function accountProviders(): readonly AccountProvider[] {
  const offered = vscode.extensions.all.flatMap(({ packageJSON }) => parseProviders(packageJSON));
  const others = offered.filter(({ id }) => id !== "microsoft" && id !== "lancedb");
  return [{ id: "microsoft", label: "Microsoft" }, ...others];
}

function parseProviders(manifest: unknown): AccountProvider[] {
  const { contributes } = manifest as { readonly contributes?: { readonly authentication?: unknown } };
  const found: readonly unknown[] = Array.isArray(contributes?.authentication) ? contributes.authentication : [];
  return found.flatMap((each) => {
    const { id, label } = each as { readonly id?: unknown; readonly label?: unknown };
    return typeof id === "string" && typeof label === "string" ? [{ id, label }] : [];
  });
}
