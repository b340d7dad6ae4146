// The command LanceDB: Diagnose: runs the checks with progress in the status bar and shows their report. Changes nothing.
import * as vscode from "vscode";
import type { Fetch } from "../oauth/http.ts";
import type { Account } from "../accounts/accounts.ts";
import type { AuthorizationServers } from "../accounts/authorizationServers.ts";
import { factsOf, findings } from "./diagnose.ts";
import { reportFrom, type Fact, type Finding } from "./diagnosis.ts";
import type { ReadOnlyTexts } from "../messages/readOnlyText.ts";
import type { Secrets } from "../accounts/secrets.ts";
import { proxy, readConnections } from "../settings/settings.ts";

export interface DiagnosisParts {
  readonly active: () => Account | undefined;
  readonly servers: AuthorizationServers;
  readonly fetch: Fetch;
  readonly secrets: Secrets;
  /** Broker, terminals, hooks. */
  readonly sessions: { inspect(): Promise<readonly Finding[]> };
  readonly texts: ReadOnlyTexts;
}

export async function showDiagnosis(parts: DiagnosisParts): Promise<void> {
  const { active, servers, fetch, secrets, sessions, texts } = parts;
  const found = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t("Diagnosing LanceDB Auth") },
    () =>
      findings({
        ...{ active, fetch, proxy, env: process.env },
        sessions: () => sessions.inspect(),
        problems: () => readConnections().problems.map(({ message }) => message),
        discover: (issuerUrl) => servers.discover(issuerUrl, undefined),
        probeSecretStorage: () => secrets.probe(),
        hasSecret: async (connection) => (await secrets.clientSecret(connection)) !== undefined,
      }),
  );
  const versions: readonly Fact[] = [
    [
      "VS Code",
      vscode.l10n.t("{0} on {1} {2}, Node {3}", vscode.version, process.platform, process.arch, process.versions.node),
    ],
    [vscode.l10n.t("Workspace"), vscode.workspace.isTrusted ? vscode.l10n.t("trusted") : vscode.l10n.t("not trusted")],
  ];
  await texts.show(vscode.l10n.t("LanceDB Diagnosis.md"), reportFrom([...versions, ...factsOf(active())], found));
}
