// What is known of a connection before anybody is asked: read from code, a link or a command's argument. Never saved as it is.
import type { Secret } from "../oauth/secret.ts";

/** What is known of a connection before anybody is asked; the person sees and confirms it. */
export interface Known {
  readonly uri?: string;
  /** A server's URL, or a region. */
  readonly host?: string;
  /** A key that the code holds: it becomes the connection's own when the person says so. */
  readonly apiKey?: Secret;
}

/** A key is in no command's arguments. What a command is called with: by the palette nothing, by the code lens an object, by others whatever they like. */
export function parseKnown(value: unknown): Known {
  if (typeof value !== "object" || value === null) return {};
  const { uri, host } = value as Readonly<Record<string, unknown>>;
  return { ...(typeof uri === "string" ? { uri } : {}), ...(typeof host === "string" ? { host } : {}) };
}
