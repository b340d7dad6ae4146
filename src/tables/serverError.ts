// Why a LanceDB server gave no tables: a closed list of codes, each with what happened, why, and what to do, in words. Pure.
import { plainText } from "../oauth/errors.ts";

/** What helps: the view's row, the notification's button and the advice agree on it. */
export type ServerRemedy = "signIn" | "edit" | "unlock" | "retry";

interface Kind {
  /** Short, for a row of the view; a sentence with a full stop is made of it. */
  readonly happened: string;
  readonly why: string;
  readonly advice: string;
  readonly remedy: ServerRemedy;
}

const kinds = {
  no_token: {
    happened: "There is no token to send",
    why: "Nobody is signed in, or the authorization server gave none.",
    advice: "Sign in.",
    remedy: "signIn",
  },
  locked: {
    happened: "LanceDB Auth is locked",
    why: "No headers are given in this workspace.",
    advice: "Unlock it.",
    remedy: "unlock",
  },
  unauthorized: {
    happened: "The token is not accepted",
    why: "It was made for another server or audience, or the server trusts another issuer.",
    advice: "Check issuer, audience and scopes of the connection with whoever runs the server.",
    remedy: "edit",
  },
  forbidden: {
    happened: "The token lacks a right",
    why: "The server knows the token but does not allow this.",
    advice: "Add the scope that the server wants to the connection.",
    remedy: "edit",
  },
  not_found: {
    happened: "The database was not found",
    why: "The server does not know it, or the address is not a LanceDB server's.",
    advice: "Check the database URI and the server of the connection.",
    remedy: "edit",
  },
  table_not_found: {
    happened: "The table is not there any more",
    why: "It was dropped or renamed since the list was read.",
    advice: "Refresh the list.",
    remedy: "retry",
  },
  proxy: {
    happened: "A proxy wants to be signed in to",
    why: "It stands between this machine and the server.",
    advice: "Set http.proxy in VS Code with what the proxy wants.",
    remedy: "retry",
  },
  redirected: {
    happened: "The server redirects elsewhere",
    why: "A token is sent to the connection's own server alone, so redirects are not followed.",
    advice: "Enter the server's final URL in the connection.",
    remedy: "edit",
  },
  rate_limited: {
    happened: "The server asks to wait",
    why: "Too many requests reached it.",
    advice: "Try again later.",
    remedy: "retry",
  },
  server_error: {
    happened: "The server has a fault",
    why: "It could not answer just now.",
    advice: "Try again later.",
    remedy: "retry",
  },
  refused: {
    happened: "The server refuses the request",
    why: "It does not take what was asked for.",
    advice: "Check the server of the connection and its version.",
    remedy: "edit",
  },
  name_not_found: {
    happened: "The server's name is unknown",
    why: "DNS has no address for it.",
    advice: "Check the server of the connection for a typing error, then network and VPN.",
    remedy: "edit",
  },
  connection_refused: {
    happened: "Nothing answers there",
    why: "The machine is there, but no server listens on that port.",
    advice: "Check the port in the connection, or whether the server is running.",
    remedy: "edit",
  },
  tls: {
    happened: "The certificate is not trusted",
    why: "It has expired, is made for another name, or comes from an authority that this machine does not know.",
    advice: "Add your organization's certificate authority to the system, or correct the server of the connection.",
    remedy: "edit",
  },
  not_https: {
    happened: "There is no https",
    why: "What answers on that port is no TLS, or a TLS that this machine does not speak.",
    advice: "Check protocol and port in the connection.",
    remedy: "edit",
  },
  unreachable: {
    happened: "The server is out of reach",
    why: "The network gave no connection.",
    advice: "Check network, VPN and proxy.",
    remedy: "retry",
  },
  timeout: {
    happened: "There is no answer in time",
    why: "It is slow or starting, or a firewall swallows the request.",
    advice: "Try again later, or check network and VPN.",
    remedy: "retry",
  },
  invalid_reply: {
    happened: "The answer cannot be read",
    why: "It is not what a LanceDB server sends.",
    advice: "Check the server of the connection.",
    remedy: "edit",
  },
  cancelled: { happened: "Cancelled", why: "", advice: "Try again when you are ready.", remedy: "retry" },
} as const satisfies Record<string, Kind>;

export type ServerErrorCode = keyof typeof kinds;

export class ServerError extends Error {
  override readonly name = "ServerError";
  readonly code: ServerErrorCode;
  /** What the server or the system said, one plain line; empty where it said nothing. */
  readonly detail: string;

  constructor(code: ServerErrorCode, detail = "", cause?: unknown) {
    super(kinds[code].happened, { cause });
    this.code = code;
    this.detail = plainText(detail);
  }

  get remedy(): ServerRemedy {
    return kinds[this.code].remedy;
  }

  get advice(): string {
    return kinds[this.code].advice;
  }

  /** "What happened: detail. Why. What to do." in plain text. */
  get sentence(): string {
    const { happened, why, advice } = kinds[this.code];
    const said = this.detail === "" ? happened : `${happened}: ${this.detail}`;
    return [said.replace(/[.!?…]?$/, "."), why, advice].filter((part) => part !== "").join(" ");
  }
}

/** @param about what was asked for: a table that is missing is another matter than a database */
export function codeForStatus(status: number, about: "database" | "table"): ServerErrorCode {
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 404) return about === "table" ? "table_not_found" : "not_found";
  if (status === 407) return "proxy";
  if (status === 429) return "rate_limited";
  if (status >= 500) return "server_error";
  return status >= 300 && status < 400 ? "redirected" : "refused";
}

const codesOfSystem: readonly (readonly [RegExp, ServerErrorCode])[] = [
  [/ENOTFOUND|EAI_|NAME_NOT_RESOLVED/, "name_not_found"],
  [/ECONNREFUSED|CONNECTION_REFUSED/, "connection_refused"],
  [/EPROTO|ERR_SSL|WRONG_VERSION/, "not_https"],
  [/CERT|ERR_TLS|UNABLE_TO_|SELF_SIGNED/, "tls"],
  [/ETIMEDOUT|UND_ERR_[A-Z]*_?TIMEOUT|TIMED_OUT/, "timeout"],
];

/** What fetch threw, by the innermost code that it wraps ("ECONNREFUSED", "net::ERR_CERT_DATE_INVALID"). */
export function errorFromFetch(thrown: unknown, signal: AbortSignal, host: string): ServerError {
  if (thrown instanceof ServerError) return thrown;
  if (signal.aborted) {
    const reason: unknown = signal.reason;
    const late = reason instanceof Error && reason.name === "TimeoutError";
    return late ? new ServerError("timeout", host) : new ServerError("cancelled");
  }
  const said = systemCode(thrown);
  const code = codesOfSystem.find(([pattern]) => pattern.test(said))?.[1] ?? "unreachable";
  return new ServerError(code, said === "" ? host : `${host} (${said})`, thrown);
}

function systemCode(thrown: unknown): string {
  let found = "";
  for (let at = thrown, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const chromium = /net::(ERR_[A-Z_]+)/.exec(at.message)?.[1];
    if ("code" in at && typeof at.code === "string") found = at.code;
    else if (chromium !== undefined) found = chromium;
  }
  return found;
}
