// What the test runner and the suite inside the extension host tell each other, through the environment and one file.

/** The variables of the extension host during the suite. Not LANCEDB_…: those must be absent, as for a user. */
export const editorTestVariables = {
  /** The file that the suite writes its {@link EditorReport} to. */
  report: "EDITOR_TEST_REPORT",
  /** Only test files whose name contains this run. */
  filter: "EDITOR_TEST_FILTER",
  /** How long notebooks are used while tokens come and go; 32 by itself. */
  seconds: "EDITOR_TEST_SECONDS",
  /** How often a kernel elsewhere is started; 3 by itself. */
  rounds: "EDITOR_TEST_ROUNDS",
  /** How long the notebooks' tokens live; 15 by itself. For the runner, not for the extension host. */
  tokenSeconds: "EDITOR_TEST_TOKEN_SECONDS",
  /** A {@link NotebookPlace} as JSON; absent on a machine without Python. */
  notebooks: "EDITOR_TEST_NOTEBOOKS",
} as const;

export type NotebookPlace = {
  /** The entry of a connection that needs no secret. */
  readonly connection: Readonly<Record<string, string>>;
  /** Where kernels and servers write what is searched for leaks. */
  readonly folder: string;
};

export type EditorTest = {
  readonly title: string;
  readonly state: "passed" | "failed" | "skipped";
  readonly durationMs: number;
  readonly error?: string;
};

export type EditorReport = { readonly tests: readonly EditorTest[] };
