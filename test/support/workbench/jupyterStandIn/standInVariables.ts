// What the tests' runner tells the Jupyter stand-in, through the environment of the extension host.
export const standInVariables = {
  /** The Python whose jupyter-server and ipykernel are used; without it there are no kernels. */
  python: "JUPYTER_STAND_IN_PYTHON",
  /** The origin and the token of a Jupyter server elsewhere, as JSON. */
  remote: "JUPYTER_STAND_IN_REMOTE",
  /** "allow" or "deny" in place of the modal question, which nobody could answer in the extension host's tests. */
  consent: "JUPYTER_STAND_IN_CONSENT",
  /** How long a kernel elsewhere takes to begin to start, in milliseconds. */
  startMs: "JUPYTER_STAND_IN_START_MS",
  /** Gets what the Jupyter extension logs of other extensions' code at level trace. */
  trace: "JUPYTER_STAND_IN_TRACE",
} as const;

export type JupyterServerAddress = { readonly origin: string; readonly token: string };
