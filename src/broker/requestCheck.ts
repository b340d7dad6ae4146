// Who may ask the broker, and what a question looks like. Pure: reads a request's head and throws BrokerError.
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { BrokerError } from "./errorReply.ts";
import { agentHeader, brokerHost, clientHeader, paths, requestHeader, type HeadersRequest } from "./protocol.ts";

export interface RequestHead {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

export type Question =
  | { readonly path: typeof paths.headers; readonly request: HeadersRequest }
  | { readonly path: typeof paths.status; readonly folder?: string };

/** The caller first, then the question: a stranger learns nothing about paths. */
export function questionOf(head: RequestHead, bearer: string): Question {
  checkCaller(head.headers, bearer);
  const { pathname, searchParams } = addressOf(head.url ?? "");
  if (pathname !== paths.headers && pathname !== paths.status) throw badRequest("there is no such path");
  if (head.method !== "GET") throw badRequest("the method must be GET");
  if (head.headers["transfer-encoding"] !== undefined || (head.headers["content-length"] ?? "0") !== "0") {
    throw badRequest("a body is not expected");
  }
  const request = headersRequestOf(searchParams);
  if (pathname === paths.headers) return { path: pathname, request };
  return request.folder === undefined ? { path: pathname } : { path: pathname, folder: request.folder };
}

const longestClient = 100;

/** What the caller says that it is: untrusted text, on one short line. Undefined where it says nothing. */
export function clientOf(headers: IncomingHttpHeaders): string | undefined {
  return saidIn(headers, clientHeader);
}

/** The agent that the caller says it is run by: untrusted text, on one short line. */
export function agentOf(headers: IncomingHttpHeaders): string | undefined {
  return saidIn(headers, agentHeader);
}

function saidIn(headers: IncomingHttpHeaders, name: string): string | undefined {
  const said = [headers[name]].flat()[0] ?? "";
  const line = decoded(said.slice(0, 3 * longestClient))
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
  return line === "" ? undefined : line.slice(0, longestClient);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not encoded, or cut within a character.
    return text;
  }
}

function addressOf(target: string): URL {
  try {
    if (target.startsWith("/")) return new URL(`http://${brokerHost}${target}`);
  } catch {
    // No URL: said below.
  }
  throw badRequest("the path is not valid");
}

function checkCaller(headers: IncomingHttpHeaders, bearer: string): void {
  // A browser sends these and a page cannot take them away; LanceDB's programs never do.
  const fromBrowser = Object.keys(headers).some((name) => name === "origin" || name.startsWith("sec-fetch-"));
  if (fromBrowser) throw forbidden("browsers are not answered");
  if (headers.host?.toLowerCase() !== brokerHost) throw forbidden("the Host header is foreign");
  if (headers[requestHeader.name] !== requestHeader.value)
    throw forbidden(`the header ${requestHeader.name} is missing`);
  if (!isSame(headers.authorization ?? "", `Bearer ${bearer}`)) {
    throw forbidden("the bearer is not this window's; read the descriptor again");
  }
}

/** Takes the same time wherever the two differ; hashed, so that lengths do not show either. */
function isSame(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

const longestValue = 2_048;

function headersRequestOf(parameters: URLSearchParams): HeadersRequest {
  const read = (name: string): string | undefined => {
    const [value, ...others] = parameters.getAll(name);
    if (others.length > 0) throw badRequest(`${name} is given twice`);
    if (value !== undefined && (value.length > longestValue || /\p{Cc}/u.test(value))) {
      throw badRequest(`${name} is not valid`);
    }
    return value;
  };
  const fields = { uri: read("uri"), host: read("host"), region: read("region"), connection: read("connection") };
  const given = Object.entries({ ...fields, sqlHost: read("sqlHost"), folder: read("folder") }).filter(
    ([, value]) => value !== undefined,
  );
  return Object.fromEntries(given);
}

function badRequest(why: string): BrokerError {
  return new BrokerError("bad_request", `LanceDB Auth does not understand the request: ${why}.`);
}

function forbidden(why: string): BrokerError {
  return new BrokerError("forbidden", `LanceDB Auth does not answer this caller: ${why}.`);
}
