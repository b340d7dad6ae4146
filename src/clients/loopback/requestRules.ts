// Which requests a server on loopback takes from anybody at all, whatever ticket they show. Pure: reads a request's head.
import type { IncomingHttpHeaders } from "node:http";

export interface Head {
  readonly method?: string | undefined;
  /** The target as it was sent. */
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
}

export interface Refusal {
  readonly status: number;
  /** For whoever wrote the program that asks. */
  readonly sentence: string;
}

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Sent by browsers alone (sec-fetch-mode by Node's fetch as well). A page must reach nothing here, whatever it has learnt. */
const browserHeaders = ["origin", "sec-fetch-site", "access-control-request-method"];

export function refusalOf(head: Head, hosts: ReadonlySet<string>): Refusal | undefined {
  const { headers, method = "", url = "" } = head;
  if (!isOwnHost(head, hosts)) return { status: 421, sentence: "The Host header names another server." };
  if (browserHeaders.some((name) => headers[name] !== undefined))
    return { status: 403, sentence: "Pages of a browser may not ask here." };
  if (!methods.has(method)) return { status: 405, sentence: "This method is not passed on." };
  if (!isPlainTarget(url)) return { status: 400, sentence: "The path of the request is not a plain one." };
  if (isAmbiguous(head)) return { status: 400, sentence: "The length of the request is ambiguous." };
  return undefined;
}

/** HTTP/2 has :authority for it, and may have both. */
function isOwnHost({ headers, rawHeaders }: Head, hosts: ReadonlySet<string>): boolean {
  const authority = headers[":authority"];
  const named = [headers.host, authority].flatMap((value) => (typeof value === "string" ? [value.toLowerCase()] : []));
  return count(rawHeaders, "host") <= 1 && named.length > 0 && named.every((name) => hosts.has(name));
}

/** A path of this server: no URL of another one, no way up, nothing that two readers may read differently (RFC 9112 section 3.2). */
function isPlainTarget(url: string): boolean {
  if (!/^\/(?!\/)[\x21-\x7e]*$/.test(url) || /[\\#]/.test(url)) return false;
  const [path = ""] = url.split("?");
  return (
    !/%(?![0-9a-f]{2})|%(?:[01][0-9a-f]|7f|5c)/i.test(path) && !/(?:\/|%2f)(?:\.|%2e){1,2}(?=\/|%2f|;|$)/i.test(path)
  );
}

/** Request smuggling (RFC 9112 section 11.2): what a server behind could end elsewhere. Node refuses most of it before. */
function isAmbiguous({ headers, rawHeaders }: Head): boolean {
  const coding = headers["transfer-encoding"];
  if (coding === undefined) return count(rawHeaders, "content-length") > 1;
  return coding.toLowerCase() !== "chunked" || headers["content-length"] !== undefined;
}

function count(rawHeaders: readonly string[], name: string): number {
  return rawHeaders.filter((each, index) => index % 2 === 0 && each.toLowerCase() === name).length;
}
