// The ticket that a gateway wants, and where a request may show it: in a header of ours, where clients have an API key or a
// token, or as the first part of the path. What is shown is taken off, so that it never reaches a server.
import type { IncomingHttpHeaders } from "node:http";

export const ticketHeader = "x-lancedb-auth-ticket";

export interface Shown {
  readonly ticket: string;
  /** The path and query that go to the server. */
  readonly target: string;
}

/** Everything in the request that may be a ticket. Some clients have a header to fill, others only a URL. */
export function shownTickets(url: string, headers: IncomingHttpHeaders): readonly Shown[] {
  const own = headers[ticketHeader];
  const bearer = /^Bearer (\S+)$/i.exec(headers.authorization ?? "")?.[1];
  const inHeaders = [own, headers["x-api-key"], bearer].flatMap((ticket) =>
    typeof ticket === "string" && ticket !== "" ? [{ ticket, target: url }] : [],
  );
  const [, ticket, rest = ""] = /^\/([\w.-]{20,200})(?=[/?]|$)(.*)$/.exec(url) ?? [];
  const inPath = ticket === undefined ? [] : [{ ticket, target: rest.startsWith("/") ? rest : `/${rest}` }];
  return [...inHeaders, ...inPath];
}
