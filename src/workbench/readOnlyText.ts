// Shows a text of the extension's own in an editor in which nothing can be written and which asks for no saving.
import * as vscode from "vscode";

export interface ReadOnlyTexts {
  /** @param name with its ending, as on the tab; a second text of that name replaces the first */
  show(name: string, text: string): Promise<void>;
  dispose(): void;
}

const scheme = "lancedb-auth";

export function openReadOnlyTexts(): ReadOnlyTexts {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const registration = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    onDidChange: changed.event,
    provideTextDocumentContent: ({ path }) => texts.get(path) ?? "",
  });
  return {
    async show(name, text) {
      const uri = vscode.Uri.from({ scheme, path: `/${name}` });
      texts.set(uri.path, text);
      changed.fire(uri);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
    },
    dispose() {
      registration.dispose();
      changed.dispose();
    },
  };
}
