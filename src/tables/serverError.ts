// Why a LanceDB server gave no tables: a closed list of codes, each with what happened, why, and what to do, in words. Pure.
import * as l10n from "@vscode/l10n";
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
  no_token: () => ({
    happened: l10n.t("There is no token to send"),
    why: l10n.t("Nobody is signed in, or the authorization server gave none."),
    advice: l10n.t("Sign in."),
    remedy: "signIn",
  }),
  locked: () => ({
    happened: l10n.t("LanceDB Auth is locked"),
    why: l10n.t("No headers are given in this workspace."),
    advice: l10n.t("Unlock it."),
    remedy: "unlock",
  }),
  unauthorized: () => ({
    happened: l10n.t("The token is not accepted"),
    why: l10n.t("It was made for another server or audience, or the server trusts another issuer."),
    advice: l10n.t("Check issuer, audience and scopes of the connection with whoever runs the server."),
    remedy: "edit",
  }),
  forbidden: () => ({
    happened: l10n.t("The token lacks a right"),
    why: l10n.t("The server knows the token but does not allow this."),
    advice: l10n.t("Add the scope that the server wants to the connection."),
    remedy: "edit",
  }),
  not_found: () => ({
    happened: l10n.t("The database was not found"),
    why: l10n.t("The server does not know it, or the address is not a LanceDB server's."),
    advice: l10n.t("Check the database URI and the server of the connection."),
    remedy: "edit",
  }),
  table_not_found: () => ({
    happened: l10n.t("The table is not there any more"),
    why: l10n.t("It was dropped or renamed since the list was read."),
    advice: l10n.t("Refresh the list."),
    remedy: "retry",
  }),
  proxy: () => ({
    happened: l10n.t("A proxy wants to be signed in to"),
    why: l10n.t("It stands between this machine and the server."),
    advice: l10n.t("Set http.proxy in VS Code with what the proxy wants."),
    remedy: "retry",
  }),
  redirected: () => ({
    happened: l10n.t("The server redirects elsewhere"),
    why: l10n.t("A token is sent to the connection's own server alone, so redirects are not followed."),
    advice: l10n.t("Enter the server's final URL in the connection."),
    remedy: "edit",
  }),
  rate_limited: () => ({
    happened: l10n.t("The server asks to wait"),
    why: l10n.t("Too many requests reached it."),
    advice: l10n.t("Try again later."),
    remedy: "retry",
  }),
  server_error: () => ({
    happened: l10n.t("The server has a fault"),
    why: l10n.t("It could not answer just now."),
    advice: l10n.t("Try again later."),
    remedy: "retry",
  }),
  refused: () => ({
    happened: l10n.t("The server refuses the request"),
    why: l10n.t("It does not take what was asked for."),
    advice: l10n.t("Check the server of the connection and its version."),
    remedy: "edit",
  }),
  name_not_found: () => ({
    happened: l10n.t("The server's name is unknown"),
    why: l10n.t("DNS has no address for it."),
    advice: l10n.t("Check the server of the connection for a typing error, then network and VPN."),
    remedy: "edit",
  }),
  connection_refused: () => ({
    happened: l10n.t("Nothing answers there"),
    why: l10n.t("The machine is there, but no server listens on that port."),
    advice: l10n.t("Check the port in the connection, or whether the server is running."),
    remedy: "edit",
  }),
  tls: () => ({
    happened: l10n.t("The certificate is not trusted"),
    why: l10n.t(
      "It has expired, is made for another name, or comes from an authority that this machine does not know.",
    ),
    advice: l10n.t(
      "Add your organization's certificate authority to the system, or correct the server of the connection.",
    ),
    remedy: "edit",
  }),
  not_https: () => ({
    happened: l10n.t("There is no https"),
    why: l10n.t("What answers on that port is no TLS, or a TLS that this machine does not speak."),
    advice: l10n.t("Check protocol and port in the connection."),
    remedy: "edit",
  }),
  unreachable: () => ({
    happened: l10n.t("The server is out of reach"),
    why: l10n.t("The network gave no connection."),
    advice: l10n.t("Check network, VPN and proxy."),
    remedy: "retry",
  }),
  timeout: () => ({
    happened: l10n.t("There is no answer in time"),
    why: l10n.t("It is slow or starting, or a firewall swallows the request."),
    advice: l10n.t("Try again later, or check network and VPN."),
    remedy: "retry",
  }),
  invalid_reply: () => ({
    happened: l10n.t("The answer cannot be read"),
    why: l10n.t("It is not what a LanceDB server sends."),
    advice: l10n.t("Check the server of the connection."),
    remedy: "edit",
  }),
  cancelled: () => ({
    happened: l10n.t("Cancelled"),
    why: "",
    advice: l10n.t("Try again when you are ready."),
    remedy: "retry",
  }),
} as const satisfies Record<string, () => Kind>;

export type ServerErrorCode = keyof typeof kinds;

export class ServerError extends Error {
  override readonly name = "ServerError";
  readonly code: ServerErrorCode;
  /** What the server or the system said, one plain line; empty where it said nothing. */
  readonly detail: string;

  constructor(code: ServerErrorCode, detail = "", cause?: unknown) {
    super(kinds[code]().happened, { cause });
    this.code = code;
    this.detail = plainText(detail);
  }

  get remedy(): ServerRemedy {
    return kinds[this.code]().remedy;
  }

  get advice(): string {
    return kinds[this.code]().advice;
  }

  /** "What happened: detail. Why. What to do." in plain text. */
  get sentence(): string {
    const { happened, why, advice } = kinds[this.code]();
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
