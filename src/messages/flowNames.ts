// What the flows are called where a person reads of them. Pure.
import * as l10n from "@vscode/l10n";
import type { Flow } from "../oauth/connection.ts";

const names: Readonly<Record<Flow, () => string>> = {
  client_credentials: () => l10n.t("Client secret"),
  authorization_code: () => l10n.t("Sign in with the browser"),
  device_code: () => l10n.t("Device code"),
  api_key: () => l10n.t("API key"),
  vscode: () => l10n.t("VS Code account"),
  command: () => l10n.t("Command that prints a token"),
  azure_managed_identity: () => l10n.t("Azure managed identity"),
  token_exchange: () => l10n.t("Token exchange"),
};

export function flowName(flow: Flow): string {
  return names[flow]();
}
