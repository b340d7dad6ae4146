// The linter's rules: typescript-eslint's strict set with type information, and what the code style of this repository adds.
// Nothing can be switched off in a file; whoever needs an exception argues for it here.
import tseslint from "typescript-eslint";

const assertionOutsideParser = [
  "TSAsExpression",
  "[typeAnnotation.typeName.name!='const']",
  ":not(FunctionDeclaration[id.name=/^parse/] TSAsExpression)",
].join("");

export default tseslint.config(
  { ignores: ["dist/", ".tools/", ".test-output/", ".demo/", "node_modules/", "test/demo/workspace/"] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: "error",
      "no-console": "off",
      "no-param-reassign": "error",
      "prefer-const": "error",
      "object-shorthand": "error",
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      // openid-client marks it so that it stands out; src/oauth/http.ts decides which http is allowed (loopback).
      "@typescript-eslint/no-deprecated": [
        "error",
        { allow: [{ from: "package", name: "allowInsecureRequests", package: "openid-client" }] },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", ignoreRestSiblings: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
    },
  },
  {
    files: ["src/**/*.ts"],
    rules: {
      "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
      "no-console": "error",
      "no-restricted-syntax": [
        "error",
        { selector: assertionOutsideParser, message: "`as` belongs into a function named parse…, or is `as const`." },
        { selector: "ExportDefaultDeclaration", message: "Export by name." },
        { selector: "ExportAllDeclaration", message: "No barrels: export by name." },
      ],
    },
  },
  {
    // node:test runs what `test` and `describe` are given; their promises are the runner's to await.
    files: ["test/**/*.ts"],
    rules: {
      // LanceDB's contract is structural: our provider is handed over as theirs.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "@typescript-eslint/no-floating-promises": [
        "error",
        {
          allowForKnownSafeCalls: [
            { from: "package", name: ["test", "describe", "it", "suite"], package: "node:test" },
          ],
        },
      ],
    },
  },
  {
    // The command line tool's business is its standard output.
    files: ["src/clients/cli/**/*.ts"],
    rules: { "no-console": "off" },
  },
  {
    files: ["**/*.mjs", "**/*.cjs", "**/*.js"],
    extends: [tseslint.configs.recommended],
    rules: { eqeqeq: "error", "prefer-const": "error", "@typescript-eslint/no-require-imports": "off" },
  },
);
