// What the dialogue's steps about signing in are given, and what they are about. Types only.
import type { Connection } from "../oauth/connection.ts";
import type { IssuerFacts } from "../oauth/grants/issuer.ts";
import type { Secret } from "../oauth/secret.ts";
import type { Token } from "../oauth/token.ts";
import type { WayToSignIn } from "../oauth/grants/waysToSignIn.ts";
import type { ProviderId } from "../providers/traits.ts";
import type { Draft } from "./draft.ts";
import type { ConnectionEntry } from "../settings/settings.ts";

export interface SignInStepParts {
  discover(issuerUrl: string, signal: AbortSignal, provider?: ProviderId): Promise<IssuerFacts>;
  hasSecret(connection: Connection): Promise<boolean>;
  /** Fetches a first token; stores the secret and the token when it works. */
  signIn(connection: Connection, secret: Secret | undefined, signal: AbortSignal): Promise<Token>;
  storeSecret(connection: Connection, secret: Secret): Promise<void>;
  /** Whether the session of a person is stored. */
  isSignedIn(connection: Connection): Promise<boolean>;
  /** The ways for a person to sign in here, the wanted one first. */
  ways(connection: Connection, signal: AbortSignal): Promise<readonly [WayToSignIn, ...WayToSignIn[]]>;
  /** Waits for the person; stores what comes of it. */
  signInAsPerson(
    connection: Connection,
    way: WayToSignIn,
    secret: Secret | undefined,
    signal: AbortSignal,
  ): Promise<Token>;
  /** Takes a first token from the connection's source; stores what comes of it. */
  signInBySource(connection: Connection, signal: AbortSignal): Promise<Token>;
  accountProviders(): readonly { readonly id: string; readonly label: string }[];
  /** Where the browser comes back to, as a service has to know it. */
  redirectAddress(connection: Connection): Promise<string>;
  save(entry: ConnectionEntry, replaces: string | undefined): Promise<void>;
}

/** What the dialogue is about. */
export interface Subject {
  readonly draft: Draft;
  /** What stands in the settings. */
  readonly entry: ConnectionEntry;
  readonly replaces: string | undefined;
  /** An API key that is known already; it stands in the box of the key, as dots. */
  readonly offered?: Secret | undefined;
}
