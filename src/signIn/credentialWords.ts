// What the boxes say that ask for a secret or a key: in the dialogue's last step. Pure; sees no secret.
import * as l10n from "@vscode/l10n";
import { problemWithApiKey } from "../oauth/apiKey.ts";
import { hostOf } from "../oauth/connection.ts";
import type { Problem } from "../oauth/fields.ts";
import { placeOf, type Draft } from "./draft.ts";
import type { Step } from "./quickSteps.ts";

export interface CredentialWords {
  readonly prompt: string;
  readonly name: string;
  /** Where the stored one may stay. */
  readonly keep: string;
  readonly problem: Problem;
  /** What is said where none is stored. */
  readonly missing: string;
}

export function secretWords(): CredentialWords {
  return {
    prompt: l10n.t(
      "The client secret, or a private key (pasted, or the path of its PEM or JWK file). It is kept in the editor’s secret storage and never leaves this window.",
    ),
    name: l10n.t("client secret"),
    keep: l10n.t("Leave empty to keep the stored client secret"),
    problem: (text) => (text === "" ? l10n.t("The client secret is missing.") : undefined),
    missing: l10n.t("there is none for this issuer and client id, so enter it here"),
  };
}

export function keyWords({ uri, host }: Draft): CredentialWords {
  const server = hostOf({ uri, ...placeOf(host) });
  return {
    prompt: l10n.t(
      "The API key. It is kept in the editor’s secret storage, and programs get it for {0} alone.",
      new URL(server).host,
    ),
    name: l10n.t("API key"),
    keep: l10n.t("Leave empty to keep the stored API key"),
    problem: problemWithApiKey,
    missing: l10n.t("there is no API key for this server and database, so enter it here"),
  };
}

type SecretBox = Pick<Step, "prompt" | "placeholder" | "problem">;

export function optionalSecretWords(page: string): SecretBox {
  return {
    prompt: l10n.t("Press Enter to sign in: {0}. Type a client secret first only if your client has one.", page),
    placeholder: l10n.t("client secret, if any"),
    problem: () => undefined,
  };
}

export function wantedSecretWords(page: string): SecretBox {
  return {
    prompt: l10n.t("The client secret, which this service wants also where a person signs in. Then {0}.", page),
    placeholder: l10n.t("client secret"),
    problem: (text) => (text === "" ? l10n.t("The client secret is missing.") : undefined),
  };
}
