// Tokens with fewer rights, for programs that an agent runs: the connection's own grant with narrower scopes, or for a person's sign-in an
// exchange of their token (RFC 8693). Kept in memory alone, and given up with the sign-in that they come from.
import { replyReader } from "../oauth/apiKey.ts";
import { isPersonal, type Connection } from "../oauth/connection.ts";
import type { TokenFetcher } from "../oauth/headerProvider.ts";
import { OAuthHeaderProvider } from "../oauth/provider.ts";
import type { Account } from "./accounts.ts";
import type { AuthorizationServers } from "./authorizationServers.ts";
import type { Secrets } from "./secrets.ts";

export interface AgentTokenParts {
  readonly secrets: Pick<Secrets, "clientSecret" | "fileToken">;
  readonly servers: Pick<AuthorizationServers, "clientCredentials">;
}

const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";

export class AgentTokens {
  readonly #parts: AgentTokenParts;
  /** By the account's own provider, which is another one when the connection changes. */
  readonly #providers = new Map<OAuthHeaderProvider, OAuthHeaderProvider>();

  constructor(parts: AgentTokenParts) {
    this.#parts = parts;
  }

  /** The account itself where its connection names no agentScopes; else one whose provider has the narrower token. */
  narrowed(account: Account): Account {
    const { agentScopes } = account.connection;
    if (agentScopes === undefined) return account;
    const present = this.#providers.get(account.provider);
    const provider = present ?? this.#open(account, agentScopes);
    this.#providers.set(account.provider, provider);
    return { connection: account.connection, provider };
  }

  /** Gives up what belongs to connections that are gone, changed or signed out. */
  follow(accounts: readonly Account[]): void {
    const signedIn = new Set(accounts.flatMap(({ provider }) => ("life" in provider.state ? provider : [])));
    for (const [own, narrow] of this.#providers) {
      if (signedIn.has(own)) continue;
      narrow.signOut();
      narrow.dispose();
      this.#providers.delete(own);
    }
  }

  dispose(): void {
    this.follow([]);
  }

  #open({ connection, provider }: Account, scopes: readonly string[]): OAuthHeaderProvider {
    const narrow: Connection = isPersonal(connection)
      ? {
          ...{ ...connection, flow: "token_exchange", scopes },
          extraParameters: { ...connection.extraParameters, subject_token_type: accessTokenType },
        }
      : { ...connection, scopes };
    const { secrets, servers } = this.#parts;
    const subject = isPersonal(connection)
      ? async () => (await provider.token()).accessToken
      : () => secrets.fileToken(connection);
    const fetcher: TokenFetcher = servers.clientCredentials(narrow, () => secrets.clientSecret(connection), subject);
    return new OAuthHeaderProvider(fetcher, connection.refreshBufferSeconds, { readReply: replyReader(narrow) });
  }
}
