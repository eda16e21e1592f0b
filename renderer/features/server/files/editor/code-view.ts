import { json } from '@codemirror/lang-json';
import { xml } from '@codemirror/lang-xml';
import { yaml } from '@codemirror/lang-yaml';
import { StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { javascript, typescript } from '@codemirror/legacy-modes/mode/javascript';
import { lua } from '@codemirror/legacy-modes/mode/lua';
import { properties } from '@codemirror/legacy-modes/mode/properties';
import { shell } from '@codemirror/legacy-modes/mode/shell';
import { toml } from '@codemirror/legacy-modes/mode/toml';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { basicSetup } from 'codemirror';
import { codeHighlight, codeTheme } from './code-theme.ts';
import { phrases } from './phrases.ts';

interface CodeViewOptions {
  element: HTMLElement;
  /** The file's name: its ending says the language. */
  name: string;
  label: string;
  text: string;
  isReadOnly: boolean;
  onChange: () => void;
  onSave: () => void;
}

/** An editor on the page. It must be closed. */
export interface CodeView {
  text(): string;
  replace(text: string): void;
  setReadOnly(isReadOnly: boolean): void;
  close(): void;
}

const languages: [RegExp, () => Extension][] = [
  [/\.(json|mcmeta|json5)$/i, () => json()],
  [/\.(ya?ml)$/i, () => yaml()],
  [/\.(xml|html?|svg)$/i, () => xml()],
  [/\.[cm]?jsx?$/i, () => StreamLanguage.define(javascript)],
  [/\.[cm]?tsx?$/i, () => StreamLanguage.define(typescript)],
  [/\.toml$/i, () => StreamLanguage.define(toml)],
  [/\.(sh|bash)$/i, () => StreamLanguage.define(shell)],
  [/\.lua$/i, () => StreamLanguage.define(lua)],
  [/\.(properties|ini|cfg|conf|env|txt)$|^\.env$/i, () => StreamLanguage.define(properties)],
];

export function openCodeView(options: CodeViewOptions): CodeView {
  const { element, name, label, text, isReadOnly, onChange, onSave } = options;
  const mode = new Compartment();
  const language = languages.find(([ending]) => ending.test(name))?.[1]() ?? [];
  const view = new EditorView({
    parent: element,
    doc: text,
    extensions: [
      // A lone `\r` in a file stays where it is; one that is pasted is a line's end like any other.
      EditorState.lineSeparator.of('\n'),
      EditorView.clipboardInputFilter.of((pasted) => pasted.replace(/\r\n?/g, '\n')),
      EditorState.phrases.of(phrases),
      basicSetup,
      keymap.of([
        {
          key: 'Mod-s',
          preventDefault: true,
          run: () => {
            onSave();
            return true;
          },
        },
      ]),
      language,
      syntaxHighlighting(codeHighlight),
      codeTheme,
      mode.of(EditorState.readOnly.of(isReadOnly)),
      EditorView.contentAttributes.of({ 'aria-label': label }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) onChange();
      }),
    ],
  });
  return {
    text: () => view.state.doc.toString(),
    replace: (next) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } }),
    setReadOnly: (next) => view.dispatch({ effects: mode.reconfigure(EditorState.readOnly.of(next)) }),
    close: () => view.destroy(),
  };
}
