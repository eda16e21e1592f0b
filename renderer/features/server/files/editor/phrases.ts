import { textsOf } from '../../../../../shared/texts/messages.ts';
import en from './texts/phrases.en.json';

const t = textsOf('features/server/files/editor/phrases', en);

/** CodeMirror's own texts, by its English ones; what is put in stands as `$` in both. */
export const phrases = {
  'Go to line': t('goToLine'),
  go: t('go'),
  'replaced match on line $': t('replacedOnLine'),
  'replaced $ matches': t('replacedMatches'),
  Find: t('find'),
  Replace: t('replaceField'),
  next: t('next'),
  previous: t('previous'),
  all: t('all'),
  'match case': t('matchCase'),
  regexp: t('regexp'),
  'by word': t('byWord'),
  replace: t('replace'),
  'replace all': t('replaceAll'),
  close: t('close'),
  'current match': t('currentMatch'),
  'on line': t('onLine'),
  'Control character': t('controlCharacter'),
  'Folded lines': t('foldedLines'),
  'Unfolded lines': t('unfoldedLines'),
  to: t('to'),
  'folded code': t('foldedCode'),
  unfold: t('unfold'),
  'Fold line': t('foldLine'),
  'Unfold line': t('unfoldLine'),
  Completions: t('completions'),
  'Selection deleted': t('selectionDeleted'),
  Diagnostics: t('diagnostics'),
  'No diagnostics': t('noDiagnostics'),
};
