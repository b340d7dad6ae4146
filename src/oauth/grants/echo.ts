// Some servers quote the request in their error, secret included. Here what was sent in confidence is taken out of such a reply,
// before anybody can show or log it. Pure.

/** Parameters that are nobody's business (RFC 6749 sections 2.3.1, 4.1.3 and 6, RFC 7636, RFC 8628, RFC 7009). */
const confidential = new Set([
  "client_secret",
  "client_assertion",
  "refresh_token",
  "code",
  "code_verifier",
  "device_code",
  "token",
  "subject_token",
]);

/** Shorter ones would turn up in every other word; no server gives or takes such a secret. */
const shortest = 4;

/** What a token request holds that must not come back, in each spelling that a server may quote. */
export function confidencesOf(headers: Headers, body: URLSearchParams | string | undefined): readonly string[] {
  const sent = [...fieldsOf(body)].flatMap(([name, value]) => (confidential.has(name) ? [value] : []));
  return (
    [...sent, ...basicCredentials(headers.get("authorization"))]
      .flatMap((value) => [value, encodeURIComponent(value), formEncoded(value)])
      // In a JSON reply, and in a JSON request that a JSON reply quotes.
      .flatMap((value) => [value, escaped(value), escaped(escaped(value))])
      .filter((value) => value.length >= shortest)
  );
}

export function withoutEcho(bytes: Uint8Array<ArrayBuffer>, confidences: readonly string[]): Uint8Array<ArrayBuffer> {
  const text = new TextDecoder().decode(bytes);
  // The longest first, for one may be part of another.
  const found = confidences.filter((value) => text.includes(value)).sort((a, b) => b.length - a.length);
  if (found.length === 0) return bytes;
  return new TextEncoder().encode(found.reduce((rest, value) => rest.replaceAll(value, "***"), text));
}

function fieldsOf(body: URLSearchParams | string | undefined): Iterable<readonly [string, string]> {
  if (typeof body !== "string") return body ?? [];
  return body.startsWith("{") ? parseFields(body) : new URLSearchParams(body);
}

/** The JSON that this client has written itself. */
function parseFields(body: string): readonly (readonly [string, string])[] {
  return Object.entries(JSON.parse(body) as Record<string, unknown>).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value] as const] : [],
  );
}

/** Both halves are form-encoded within (RFC 6749 section 2.3.1); the whole is as good as the secret. */
function basicCredentials(authorization: string | null): readonly string[] {
  const [, credentials] = /^Basic (.+)$/i.exec(authorization ?? "") ?? [];
  if (credentials === undefined) return [];
  const encoded = atob(credentials).replace(/^[^:]*:/, "");
  return [credentials, encoded, new URLSearchParams(`text=${encoded}`).get("text") ?? ""];
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function formEncoded(text: string): string {
  return new URLSearchParams({ text }).toString().slice("text=".length);
}
