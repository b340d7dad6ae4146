// Shows a text of the extension's own in an editor in which nothing can be written and which asks for no saving.
import * as vscode from "vscode";

export interface ReadOnlyTexts {
  /**
   * @param name with its ending, as on the tab; a second text of that name replaces the first
   * @param language the editor's, where the ending does not tell it
   */
  show(name: string, text: string, language?: string): Promise<void>;
  /** Keeps a text without showing it, and answers its address. */
  keep(name: string, text: string): vscode.Uri;
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
  const keep = (name: string, text: string): vscode.Uri => {
    const uri = vscode.Uri.from({ scheme, path: `/${name}` });
    texts.set(uri.path, text);
    changed.fire(uri);
    return uri;
  };
  return {
    keep,
    async show(name, text, language) {
      const uri = keep(name, text);
      const opened = await vscode.workspace.openTextDocument(uri);
      const document =
        language === undefined ? opened : await vscode.languages.setTextDocumentLanguage(opened, language);
      await vscode.window.showTextDocument(document, { preview: false });
    },
    dispose() {
      registration.dispose();
      changed.dispose();
    },
  };
}
