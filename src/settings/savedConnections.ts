// Reads the setting with the connections, whatever somebody has written there: what can be used is, and the rest is told, and stays. Pure.
import * as l10n from "@vscode/l10n";
import { parseConnection, type Connection } from "../oauth/connection.ts";
import { AuthError, asAuthError, plainText } from "../oauth/errors.ts";

export interface SavedConnections {
  readonly connections: readonly Connection[];
  /** One for each entry that cannot be used; the entry stays as it was written. */
  readonly problems: readonly AuthError[];
  /** One sentence for each thing that is passed over in an entry that can be used. */
  readonly remarks: readonly string[];
}

export function connectionsFrom(value: unknown): SavedConnections {
  if (!isList(value)) return { connections: [], problems: [notAList()], remarks: [] };
  const connections: Connection[] = [];
  const problems: AuthError[] = [];
  const remarks: string[] = [];
  for (const entry of value ?? []) {
    try {
      const connection = parseConnection(entry);
      if (connections.some(({ name }) => name === connection.name)) throw duplicate(connection.name);
      connections.push(connection);
      remarks.push(...unknownFields(entry, connection));
    } catch (error) {
      problems.push(asAuthError(error));
    }
  }
  return { connections, problems, remarks };
}

/** The entries as they are, to be written back with a change. Throws AuthError where that would lose what is there. */
export function entriesFrom(value: unknown): readonly unknown[] {
  if (!isList(value)) throw notAList();
  return value ?? [];
}

/** Without the first entry of that name, which is the one that is used. */
export function entriesWithout(entries: readonly unknown[], name: string): readonly unknown[] {
  const at = entries.findIndex((entry) => nameOf(entry) === name);
  return at === -1 ? entries : entries.toSpliced(at, 1);
}

export function nameOf(entry: unknown): unknown {
  return typeof entry === "object" && entry !== null && "name" in entry ? entry.name : undefined;
}

function isList(value: unknown): value is readonly unknown[] | undefined | null {
  return value === undefined || value === null || Array.isArray(value);
}

function notAList(): AuthError {
  return new AuthError("invalid_configuration", {
    detail: l10n.t("lancedbAuth.connections is not a list; correct it in settings.json"),
  });
}

function duplicate(name: string): AuthError {
  return new AuthError("invalid_configuration", {
    detail: l10n.t('two connections are named "{0}"; the first one is used', name),
  });
}

/** Every field that is read and has a value is in the connection. */
function unknownFields(entry: unknown, connection: Connection): readonly string[] {
  const given = Object.entries(typeof entry === "object" && entry !== null ? entry : {});
  return given.flatMap(([field, value]) => {
    const isKnown = field in connection || value === undefined || value === null || value === "";
    return isKnown
      ? []
      : [`"${connection.name}" has a field that nobody knows and that is passed over: ${plainText(field)}`];
  });
}
