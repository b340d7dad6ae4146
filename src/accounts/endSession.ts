// What a sign-out does to a connection's session: deletes it here, revokes it at the server, opens the issuer's page that ends it.
// Here it is over in any case; what the server could not be told is told to the person and the log.
import { isPersonal, usesIssuer, type Connection } from "../oauth/connection.ts";
import { asAuthError, type AuthError } from "../oauth/errors.ts";
import type { Secret } from "../oauth/secret.ts";
import type { AuthorizationServers } from "./authorizationServers.ts";
import type { Log } from "../messages/log.ts";
import type { Secrets } from "./secrets.ts";

export interface EndSessionParts {
  readonly secrets: Pick<Secrets, "refreshToken" | "clientSecret" | "forget">;
  readonly servers: Pick<AuthorizationServers, "revoke" | "endSessionUrl">;
  /** Opens a page for the person. */
  readonly browse: (url: string) => Promise<void>;
  readonly notifyUnrevoked: (connection: string, failure: AuthError) => void;
  readonly log: Pick<Log, "info" | "failure">;
}

/** Rejects with storage_failed where something cannot be deleted. */
export async function endSession(parts: EndSessionParts, connection: Connection): Promise<void> {
  const { secrets, log } = parts;
  // A keyring that cannot be read has nothing that could be revoked; that it cannot delete is thrown below.
  const held = await Promise.allSettled([secrets.refreshToken(connection), secrets.clientSecret(connection)]);
  const [refreshToken, secret] = held.map((each) => (each.status === "fulfilled" ? each.value : undefined));
  await secrets.forget(connection);
  log.info(`"${connection.name}": signed out`);
  if (refreshToken !== undefined && usesIssuer(connection)) await revoke(parts, connection, refreshToken, secret);
  if (connection.endSession === true && isPersonal(connection)) await openEndPage(parts, connection);
}

async function revoke(
  { servers, notifyUnrevoked, log }: EndSessionParts,
  connection: Connection,
  refreshToken: Secret,
  secret: Secret | undefined,
): Promise<void> {
  try {
    const revoked = await servers.revoke(connection, () => Promise.resolve(secret), refreshToken);
    log.info(`"${connection.name}": ${revoked ? "the session is revoked" : "the server revokes no sessions"}`);
  } catch (error) {
    const failure = asAuthError(error);
    log.failure(`"${connection.name}": the session could not be revoked`, failure);
    notifyUnrevoked(connection.name, failure);
  }
}

async function openEndPage({ servers, browse, log }: EndSessionParts, connection: Connection): Promise<void> {
  try {
    const url = await servers.endSessionUrl(connection);
    if (url === undefined) log.info(`"${connection.name}": the issuer has no page that ends a session`);
    else await browse(url);
  } catch (error) {
    log.failure(`"${connection.name}": the session at the issuer could not be ended`, asAuthError(error));
  }
}
