// What the user configured, read from settings and checked field by field. Pure.
import { AuthError } from "./errors.ts";

export const clientAuthentications = ["basic", "post", "json", "none"] as const;
export type ClientAuthentication = (typeof clientAuthentications)[number];

export const flows = ["client_credentials"] as const;
export type Flow = (typeof flows)[number];

export interface Connection {
  readonly name: string;
  /** "db://name" */
  readonly uri: string;
  /** The server's URL (LanceDB Enterprise); headers are given for its origin alone. */
  readonly hostOverride?: string;
  /** LanceDB Cloud's region. */
  readonly region?: string;
  readonly flow: Flow;
  readonly issuerUrl?: string;
  readonly tokenUrl?: string;
  readonly clientId: string;
  readonly clientAuthentication: ClientAuthentication;
  readonly scopes: readonly string[];
  readonly audience?: string;
  readonly resource?: string;
  readonly extraParameters: Readonly<Record<string, string>>;
  readonly refreshBufferSeconds: number;
  /** The deadline of each request to the authorization server. */
  readonly timeoutSeconds: number;
}

export const defaultRegion = "us-east-1";
