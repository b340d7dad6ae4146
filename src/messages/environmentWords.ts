// How it is said what a connection is for: in words wherever its name stands, with its colour beside them. Pure.
import * as l10n from "@vscode/l10n";
import type { Environment, Purpose } from "../oauth/purpose.ts";

const names = {
  development: () => l10n.t("development"),
  staging: () => l10n.t("staging"),
  production: () => l10n.t("production"),
} as const satisfies Record<Environment, () => string>;

/** Undefined where the connection does not say. */
export function environmentName({ environment }: Purpose): string | undefined {
  return environment === undefined ? undefined : names[environment]();
}

/** "demo", or "demo (production)": never by the colour alone. */
export function shownName(connection: Purpose & { readonly name: string }): string {
  const environment = environmentName(connection);
  return environment === undefined ? connection.name : `${connection.name} (${environment})`;
}

/** A ThemeColor's id; production is red where no colour is chosen. */
export function themeColor({ color, environment }: Purpose): string | undefined {
  const chosen = color ?? (environment === "production" ? "red" : undefined);
  return chosen === undefined ? undefined : `charts.${chosen}`;
}
