// What the flows are called where a person reads of them. Pure.
import type { Flow } from "../oauth/connection.ts";

export const flowNames: Readonly<Record<Flow, string>> = {
  client_credentials: "Client secret",
  authorization_code: "Sign in with the browser",
  device_code: "Device code",
  api_key: "API key",
  vscode: "VS Code account",
  command: "Command that prints a token",
  azure_managed_identity: "Azure managed identity",
};
