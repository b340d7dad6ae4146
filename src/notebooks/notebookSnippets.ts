// What a kernel of another language needs, or a person who prefers to say it: code to paste into a cell. The same on every machine: paths
// are made of what the kernel's environment says.
import * as l10n from "@vscode/l10n";

export interface Snippet {
  readonly label: () => string;
  readonly text: string;
}

export const snippets: readonly Snippet[] = [
  {
    label: () => l10n.t("Copy a Snippet for Python, Said Explicitly"),
    text: `import lancedb
from lancedb_auth import header_provider

host = "https://lancedb.example.com"  # LanceDB Enterprise; LanceDB Cloud has a region in its place
provider = header_provider("db://demo")
db = lancedb.connect("db://demo", api_key="", host_override=host, client_config={"header_provider": provider})
`,
  },
  {
    label: () => l10n.t("Copy a Snippet for JavaScript and TypeScript"),
    text: `import { connect } from "@lancedb/lancedb";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const auth = resolve(process.env.LANCEDB_AUTH_SESSION ?? "", "../../clients/node/lancedb-auth/index.cjs");
const { connectOptions } = createRequire(auth)(auth);
const db = await connect("db://demo", await connectOptions({ uri: "db://demo" }));
`,
  },
  {
    label: () => l10n.t("Copy a Snippet for Any Other Language"),
    text: `# In a terminal of VS Code: the token in LANCEDB_TOKEN, for this one program.
lancedb-auth exec --env LANCEDB_TOKEN -- your-program

# In the shell of a kernel on this machine: the headers as JSON.
"\${LANCEDB_AUTH_SESSION%/sessions/*}/clients/bin/lancedb-auth" headers --json
`,
  },
];
