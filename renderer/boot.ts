import './no-eval.ts';
import { loadPart } from './ui/load-part.ts';

/** The interface itself, as a part like any other: its requests can be dropped, too (docs/architecture.md). */
loadPart(() => import('./main.tsx'))().catch(() => {
  const root = document.getElementById('root');
  if (root)
    root.textContent =
      'The page could not be loaded: the connection to the host broke. Reload it to try again.';
});
