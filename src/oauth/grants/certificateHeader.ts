// Which certificate an assertion names (RFC 7515 sections 4.1.7 and 4.1.8): from a PEM beside its key, or from a JWK. Some services know a
// client's key by nothing else. Reads public parts only.
import { base64url, type JWK } from "jose";

type Header = Readonly<Record<string, string>>;

/** The first certificate of a PEM, its own before those of the authorities above it; undefined where there is none. */
export function certificateIn(pem: string): Uint8Array<ArrayBuffer> | undefined {
  const [, body] = /-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/.exec(pem) ?? [];
  return body === undefined ? undefined : bytesOf(body);
}

/** Both thumbprints: Entra ID wants x5t#S256, AD FS knows x5t alone. */
export async function certificateHeader(certificate: Uint8Array<ArrayBuffer> | undefined): Promise<Header> {
  if (certificate === undefined) return {};
  const thumbprint = async (algorithm: string): Promise<string> =>
    base64url.encode(new Uint8Array(await crypto.subtle.digest(algorithm, certificate)));
  return { x5t: await thumbprint("SHA-1"), "x5t#S256": await thumbprint("SHA-256") };
}

/** What the JWK says of its certificate, the certificate itself before thumbprints alone (RFC 7517 sections 4.7 to 4.9). */
export async function headerOfJwk({ x5c, x5t, "x5t#S256": x5tS256 }: JWK): Promise<Header> {
  const [first] = Array.isArray(x5c) ? x5c : [];
  const computed = await certificateHeader(typeof first === "string" ? bytesOf(first) : undefined);
  return {
    ...computed,
    ...(typeof x5t === "string" ? { x5t } : {}),
    ...(typeof x5tS256 === "string" ? { "x5t#S256": x5tS256 } : {}),
  };
}

/** Undefined where it is no base64: a damaged certificate is as good as none. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64.replaceAll(/\s/g, "")), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}
