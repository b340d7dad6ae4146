// What the test runner and the suite inside the extension host tell each other, through the environment and one file.

/** The variables of the extension host during the suite. Not LANCEDB_…: those must be absent, as for a user. */
export const editorTestVariables = {
  /** The file that the suite writes its {@link EditorReport} to. */
  report: "EDITOR_TEST_REPORT",
  /** Only test files whose name contains this run. */
  filter: "EDITOR_TEST_FILTER",
} as const;

export type EditorTest = {
  readonly title: string;
  readonly state: "passed" | "failed" | "skipped";
  readonly durationMs: number;
  readonly error?: string;
};

export type EditorReport = { readonly tests: readonly EditorTest[] };
