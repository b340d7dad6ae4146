// Some services name themselves otherwise than they are asked: for many tenants at once, or by a tenant's number where its name was
// asked for. The table of providers says which; every other difference is another issuer (OpenID Connect Discovery 1.0 section 4.3).
import type { CustomFetch } from "openid-client";
import type { ProviderTraits } from "../../providers/traits.ts";

/** Lets the library see the issuer that was asked for. @param found is told the one that the document names */
export function asAsked(
  fetch: CustomFetch,
  asked: URL,
  { namesItself }: ProviderTraits,
  found: (issuer: string) => void,
): CustomFetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (!response.ok || namesItself === undefined) return response;
    const text = await response.text();
    const document = parseDocument(text);
    const issuer = document?.["issuer"];
    const isKnown = typeof issuer === "string" && issuer !== asked.href && namesItself.test(issuer);
    if (!isKnown) return new Response(text, { status: response.status, headers: response.headers });
    found(issuer);
    return Response.json({ ...document, issuer: asked.href });
  };
}

function parseDocument(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
