import { HighlightStyle } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** A colour for the light scheme and one for the dark, by the page's own `color-scheme`. */
const both = (light: string, dark: string): string => `light-dark(${light}, ${dark})`;

const keyword = both('#7a35b8', '#c99bff');
const value = both('#0b6b7a', '#6fd0de');
const string = both('#a3262c', '#ff9a9f');
const name = both('#2547c9', '#9bb8ff');
const type = both('#18703f', '#66d19d');
const quiet = both('#565d68', '#a3aab4');

/** What the words of a text mean, in colours that can be read on every background of `codeTheme`, in both schemes. */
export const codeHighlight = HighlightStyle.define([
  { tag: [tags.meta, tags.comment], color: quiet },
  { tag: tags.link, textDecoration: 'underline' },
  { tag: tags.heading, color: keyword, fontWeight: 'bold' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.strong, fontWeight: 'bold' },
  { tag: tags.strikethrough, textDecoration: 'line-through' },
  { tag: tags.keyword, color: keyword },
  { tag: [tags.atom, tags.bool, tags.url, tags.contentSeparator, tags.labelName], color: value },
  { tag: [tags.literal, tags.inserted], color: value },
  { tag: [tags.string, tags.deleted, tags.regexp, tags.escape], color: string },
  { tag: [tags.propertyName, tags.attributeName, tags.definition(tags.variableName)], color: name },
  { tag: [tags.typeName, tags.namespace, tags.className, tags.tagName], color: type },
  { tag: [tags.special(tags.variableName), tags.macroName], color: type },
  { tag: tags.invalid, color: string, textDecoration: 'underline wavy' },
]);

/** What text may stand on, beside the page's surface. Opaque, so that what can be read on them can be computed. */
export const codeBackgrounds = {
  activeLine: both('#f4f5f7', '#24282e'),
  selection: both('#dfe5fd', '#2a3354'),
  selectionMatch: both('#dcefe2', '#233a2d'),
  searchMatch: both('#fff0b8', '#3d3410'),
} as const;

const { activeLine, selection, selectionMatch, searchMatch } = codeBackgrounds;

/** In the page's colours. The library takes the page for a light one: what it colours itself is named here, too. */
export const codeTheme = EditorView.theme({
  '&': { backgroundColor: 'var(--surface)', color: 'inherit', fontSize: '13px' },
  '&.cm-focused': { outline: '2px solid var(--mantine-primary-color-filled)' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--quiet)', border: 'none' },
  '.cm-content': { caretColor: 'currentColor' },
  '.cm-cursor': { borderLeftColor: 'currentColor' },
  '.cm-activeLineGutter': { backgroundColor: activeLine },
  // Seen through: the selection lies behind it.
  '.cm-activeLine': { backgroundColor: 'light-dark(#0000000a, #ffffff0a)' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)' },
  '.cm-selectionBackground': { backgroundColor: selection },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': { backgroundColor: selection },
  '.cm-selectionMatch': { backgroundColor: selectionMatch },
  '.cm-searchMatch': { backgroundColor: searchMatch },
  '.cm-searchMatch-selected': { backgroundColor: searchMatch, outline: '1px solid currentColor' },
  '.cm-specialChar': { color: string },
  '.cm-foldPlaceholder': {
    backgroundColor: 'transparent',
    color: 'var(--quiet)',
    borderColor: 'var(--line)',
  },
  '.cm-panels': { backgroundColor: 'var(--page)', color: 'inherit' },
  '.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panels-bottom': { borderTop: '1px solid var(--line)' },
  '.cm-button': {
    backgroundImage: 'none',
    backgroundColor: 'var(--surface)',
    color: 'inherit',
    border: '1px solid var(--line)',
    '&:active': { backgroundImage: 'none' },
  },
  '.cm-textfield': {
    backgroundColor: 'var(--surface)',
    color: 'inherit',
    border: '1px solid var(--line)',
  },
  '.cm-tooltip': { backgroundColor: 'var(--surface)', color: 'inherit', border: '1px solid var(--line)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--mantine-primary-color-filled)',
    color: '#fff',
  },
});
