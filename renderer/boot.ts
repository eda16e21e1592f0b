import './no-eval.ts';
import { textsOf } from '../shared/texts/messages.ts';
import en from './texts/boot.en.json';
import { loadTexts } from './texts/load.ts';
import { loadPart } from './ui/load-part.ts';

const t = textsOf('boot', en);

/** The interface itself, as a part like any other: its requests can be dropped, too (docs/architecture.md). */
const loadInterface = loadPart(() => import('./main.tsx'));

/** Most texts are taken when what shows them is loaded, so the language comes first. */
loadTexts({ de: loadPart(() => import('./texts/de.ts')) })
  .then(loadInterface)
  .catch(() => {
    const root = document.getElementById('root');
    if (root) root.textContent = t('broken');
  });
