// Shows a page without a script in a panel of the editor, one for each subject; its links run the commands that it names and no others.
import * as vscode from "vscode";

export interface PagePanelParts {
  /** Of the panel, as package.json and the editor's own commands name it. */
  readonly type: string;
  readonly commands: readonly string[];
}

export interface PagePanels {
  /** @param html asked for with a nonce that allows the page's own style */
  show(subject: string, title: string, html: (nonce: string) => string): void;
  /** Draws it anew where it is open; nothing where it is not. */
  redraw(subject: string, html: (nonce: string) => string): void;
  isOpen(subject: string): boolean;
  dispose(): void;
}

export function openPagePanels({ type, commands }: PagePanelParts): PagePanels {
  const panels = new Map<string, vscode.WebviewPanel>();
  const open = (subject: string, title: string): vscode.WebviewPanel => {
    const panel = vscode.window.createWebviewPanel(type, title, vscode.ViewColumn.Active, {
      ...{ enableScripts: false, enableFindWidget: true, localResourceRoots: [] },
      enableCommandUris: commands,
    });
    panels.set(subject, panel);
    panel.onDidDispose(() => panels.delete(subject));
    return panel;
  };
  const draw = (panel: vscode.WebviewPanel, html: (nonce: string) => string): void => {
    panel.webview.html = html(crypto.randomUUID().replaceAll("-", ""));
  };
  return {
    show: (subject, title, html) => {
      const panel = panels.get(subject) ?? open(subject, title);
      panel.reveal();
      draw(panel, html);
    },
    redraw: (subject, html) => {
      const panel = panels.get(subject);
      if (panel !== undefined) draw(panel, html);
    },
    isOpen: (subject) => panels.has(subject),
    dispose: () => {
      for (const panel of panels.values()) panel.dispose();
    },
  };
}
