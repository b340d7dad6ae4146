// What a command is about: it is handed a name, a row of the view, or whatever another extension likes. Pure.

/** The connection that a command is about: its name, or a row of the view. */
export function connectionNameIn(argument: unknown): string | undefined {
  if (typeof argument === "string") return argument;
  if (typeof argument !== "object" || argument === null || !("connectionName" in argument)) return undefined;
  return typeof argument.connectionName === "string" ? argument.connectionName : undefined;
}

export function tableNameIn(argument: unknown): string | undefined {
  if (typeof argument !== "object" || argument === null || !("tableName" in argument)) return undefined;
  return typeof argument.tableName === "string" ? argument.tableName : undefined;
}
