// Replies of token and device endpoints as servers and gateways really send them, brought into the form of the RFCs before the library
// reads them: lenient where nothing can be hurt. What is no JSON object is left as it is. Pure.
import type { CustomFetch } from "openid-client";
import type { ProviderTraits } from "../../providers/traits.ts";

type Reply = Readonly<Record<string, unknown>>;

/** Only what was posted: a discovery document is what it is. */
export function withUsableReply(fetch: CustomFetch, traits: ProviderTraits, dropsIdToken: boolean): CustomFetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (init.method !== "POST") return response;
    const text = await response.text();
    const { status, headers } = response;
    const reply = parseObject(text);
    if (reply === undefined) return new Response(text === "" ? null : text, { status, headers });
    const mended = response.ok ? granted(reply, status, traits, dropsIdToken) : { status, reply: refused(reply) };
    return Response.json(mended.reply, { status: mended.status, headers: withoutLength(headers) });
  };
}

interface Mended {
  readonly status: number;
  readonly reply: Reply;
}

function granted(given: Reply, status: number, { deviceNames }: ProviderTraits, dropsIdToken: boolean): Mended {
  const present = Object.entries(given).filter(([, value]) => value !== null);
  const reply: Record<string, unknown> = Object.fromEntries(present);
  for (const [theirs, name] of Object.entries(deviceNames)) reply[name] ??= reply[theirs];
  if (dropsIdToken) delete reply["id_token"];
  // GitHub answers 200 with an error (https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps).
  if (typeof reply["access_token"] !== "string") {
    return typeof reply["error"] === "string" ? { status: 400, reply } : { status, reply };
  }
  return { status: 200, reply: { ...reply, token_type: tokenType(reply["token_type"]) } };
}

/** RFC 6749 section 5.1 requires it; who leaves it out, or writes "BearerToken" (Apigee), means Bearer. */
function tokenType(given: unknown): unknown {
  if (given === undefined || given === "") return "Bearer";
  return typeof given === "string" && /^bearer[\s_-]?token$/i.test(given) ? "Bearer" : given;
}

/** An error in the service's own words, as RFC 6749 section 5.2 writes one: Apigee's fault, Okta's errorCode, Ping's code. */
function refused(given: Reply): Reply {
  if (typeof given["error"] === "string") return given;
  const fault = objectIn(given["fault"]);
  const inner = objectIn(given["error"]);
  const code = [
    ...[objectIn(fault["detail"])["errorcode"], given["ErrorCode"], given["errorCode"]],
    ...[given["code"], inner["code"], inner["status"]],
  ].find(isText);
  if (code === undefined) return given;
  const description = [
    ...[fault["faultstring"], given["Error"], given["errorSummary"]],
    ...[given["error_description"], given["message"], inner["message"]],
  ].find(isText);
  return { ...given, error: code, ...(description === undefined ? {} : { error_description: description }) };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function objectIn(value: unknown): Reply {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function parseObject(text: string): Reply | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    // The library says what is wrong with it.
    return undefined;
  }
}

function withoutLength(given: Headers): Headers {
  const headers = new Headers(given);
  for (const name of ["content-length", "content-encoding", "content-type"]) headers.delete(name);
  return headers;
}
