// What a connection is for, and whether a person is asked before a program gets its headers. Read from its entry; pure.
import { oneOf, texts } from "./fields.ts";

export const environments = ["development", "staging", "production"] as const;
export type Environment = (typeof environments)[number];

/** The theme's own colours for charts: they fit light, dark and high contrast. */
export const colors = ["red", "orange", "yellow", "green", "blue", "purple"] as const;
export type Color = (typeof colors)[number];

/**
 * When a person is asked whether a program may use the connection.
 * never: no question; once: for each program, remembered in the workspace; everySession: for each program, again in each window;
 * everyProgram: each time that a program starts.
 */
export const consents = ["never", "once", "everySession", "everyProgram"] as const;
export type Consent = (typeof consents)[number];

export interface Purpose {
  readonly environment?: Environment;
  readonly color?: Color;
  readonly consent?: Consent;
  /** What programs that an agent runs may do: their token is asked for with these scopes. */
  readonly agentScopes?: readonly string[];
}

/** Throws AuthError invalid_configuration that names the field. */
export function purposeOf(
  { environment, color, consent, agentScopes }: Readonly<Record<string, unknown>>,
  within: (field: string) => string,
): Purpose {
  return {
    ...(environment === undefined ? {} : { environment: oneOf(environment, environments, within("environment")) }),
    ...(color === undefined ? {} : { color: oneOf(color, colors, within("color")) }),
    ...(consent === undefined ? {} : { consent: oneOf(consent, consents, within("consent")) }),
    ...(agentScopes === undefined ? {} : { agentScopes: texts(agentScopes, within("agentScopes")) }),
  };
}

/** Production is asked for in every session, others never, where the entry says nothing. */
export function consentOf({ environment, consent }: Purpose): Consent {
  return consent ?? (environment === "production" ? "everySession" : "never");
}
