// What a header provider is and what can be seen of one: LanceDB's contract and our state. Types, and the class that LanceDB's is.
import type { AuthError } from "./errors.ts";
import type { TokenLife, TokenResponse } from "./token.ts";

/** The shape of LanceDB's own abstract class; its `connect` looks only for getHeaders. */
export abstract class HeaderProvider {
  abstract getHeaders(): Record<string, string>;
}

/** Asks for a new token; the signal says when nobody wants the answer any more. */
export type TokenFetcher = (signal?: AbortSignal) => TokenResponse | Promise<TokenResponse>;

/** What can be seen of a provider; a token that is still usable is named even while its replacement is under way or has failed. */
export type ProviderState =
  | { readonly status: "signedOut" }
  | { readonly status: "fetching"; readonly life?: TokenLife }
  | { readonly status: "ready"; readonly life: TokenLife; readonly failure?: AuthError }
  | { readonly status: "failed"; readonly failure: AuthError };
