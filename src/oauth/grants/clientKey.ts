// The private key with which a client authenticates (private_key_jwt, RFC 7523 and OpenID Connect Core 1.0 section 9): read from a PEM
// (PKCS #8) or a JWK (RFC 7517). Holds no key longer than a request lasts, and no part of one gets into an error.
import * as l10n from "@vscode/l10n";
import { importJWK, importPKCS8, type CryptoKey, type JWK } from "jose";
import { certificateHeader, certificateIn, headerOfJwk } from "./certificateHeader.ts";
import { AuthError } from "../errors.ts";
import type { Secret } from "../secret.ts";

export interface ClientKey {
  readonly key: CryptoKey;
  readonly kid?: string;
  /** What of the key's certificate an assertion's header names (RFC 7515 sections 4.1.7 and 4.1.8). */
  readonly header: Readonly<Record<string, string>>;
}

/** A path typed where a secret or a key is asked for. */
export function isKeyPath(text: string): boolean {
  return /^(\/|[A-Za-z]:[\\/]).+\.(pem|key|p8|jwk|json)$/i.test(text);
}

export function isKeyText(text: string): boolean {
  return /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text) || /^\s*\{[\s\S]*"kty"/.test(text);
}

/** In this order for keys that say no algorithm themselves. */
const algorithms = ["RS256", "PS256", "ES256", "ES384", "ES512", "Ed25519"] as const;

/**
 * @param taken the algorithms that the server takes (RFC 8414: token_endpoint_auth_signing_alg_values_supported), where it says so
 * Rejects with invalid_configuration.
 */
export async function clientKeyFrom(secret: Secret, taken: readonly string[] | undefined): Promise<ClientKey> {
  const text = secret.reveal();
  const wanted = algorithms.filter((algorithm) => taken === undefined || taken.includes(algorithm));
  if (/^\s*\{/.test(text)) return keyOfJwk(parseJwk(text), wanted);
  const pem = /-----BEGIN PRIVATE KEY-----[\s\S]*?-----END PRIVATE KEY-----/.exec(text)?.[0];
  if (pem === undefined) {
    throw unusable(l10n.t("it is neither a PEM with BEGIN PRIVATE KEY (PKCS #8, without a passphrase) nor a JWK"));
  }
  const key = await firstThatFits(wanted, (algorithm) => importPKCS8(pem, algorithm));
  return { key, header: await certificateHeader(certificateIn(text)) };
}

async function keyOfJwk(jwk: JWK, wanted: readonly string[]): Promise<ClientKey> {
  if (typeof jwk.d !== "string") throw unusable(l10n.t("the JWK holds no private key"));
  const named = typeof jwk.alg === "string" ? [jwk.alg] : wanted;
  const key = await firstThatFits(named, async (algorithm) => {
    const imported = await importJWK(jwk, algorithm);
    if (imported instanceof Uint8Array) throw unusable(l10n.t("the JWK holds no private key"));
    return imported;
  });
  const header = await headerOfJwk(jwk);
  return typeof jwk.kid === "string" ? { key, kid: jwk.kid, header } : { key, header };
}

async function firstThatFits(
  wanted: readonly string[],
  load: (algorithm: string) => Promise<CryptoKey>,
): Promise<CryptoKey> {
  for (const algorithm of wanted) {
    try {
      return await load(algorithm);
    } catch {
      // Of another kind than this algorithm's; what was thrown may quote the key.
    }
  }
  throw unusable(l10n.t("no algorithm that the authorization server takes fits it"));
}

function parseJwk(text: string): JWK {
  try {
    return JSON.parse(text) as JWK;
  } catch {
    // The parser's own error quotes the text.
    throw unusable(l10n.t("its JSON cannot be read"));
  }
}

function unusable(why: string): AuthError {
  return new AuthError("invalid_configuration", { detail: l10n.t("the private key cannot be used: {0}", why) });
}
