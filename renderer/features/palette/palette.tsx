import { lazy, Suspense, useEffect } from 'react';
import { useStore } from 'zustand';
import {
  closeOverlay,
  openPalette,
  openShortcuts,
  overlayStore,
  typeAhead,
} from '../../state/overlay-store.ts';
import { loadPart } from '../../ui/load-part.ts';
import { isForLayer, isTyping } from '../../ui/page-keys.ts';
import { paletteField } from './palette-field.ts';

const loadPalette = loadPart(() => import('./palette-dialog.tsx'));
const PaletteDialog = lazy(loadPalette);
const ShortcutsDialog = lazy(loadPart(() => import('./shortcuts-dialog.tsx')));

/** Long enough for what the page itself needs to come first. */
const preloadMs = 2000;

/** Ctrl/Cmd+K opens the palette, `?` the list of shortcuts. Both are loaded when they are wanted first. */
export function Palette() {
  const open = useStore(overlayStore, (state) => state.open);
  useEffect(() => {
    // Before the terminal sees the key, which would take Ctrl+K for a control character.
    window.addEventListener('keydown', onKey, { capture: true });
    // Not part of the first load, but there before somebody presses the keys.
    const timer = setTimeout(() => void loadPalette().catch(() => {}), preloadMs);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('keydown', onKey, { capture: true });
      closeOverlay();
    };
  }, []);
  return (
    <Suspense fallback={null}>
      {open === 'palette' && <PaletteDialog />}
      {open === 'shortcuts' && <ShortcutsDialog />}
    </Suspense>
  );
}

function onKey(event: KeyboardEvent): void {
  const { open } = overlayStore.getState();
  if (
    (event.ctrlKey || event.metaKey) &&
    !event.altKey &&
    !event.shiftKey &&
    event.key.toLowerCase() === 'k'
  ) {
    event.preventDefault();
    event.stopPropagation();
    if (open === 'palette') closeOverlay();
    else openPalette();
    return;
  }
  if (open === 'palette') {
    keepEarlyLetter(event);
    return;
  }
  if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey || open !== null) return;
  if (isTyping(event.target) || isForLayer(event)) return;
  event.preventDefault();
  openShortcuts();
}

/** Who types on while the palette is still loading finds it in the field. */
function keepEarlyLetter(event: KeyboardEvent): void {
  if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.activeElement?.id === paletteField) return;
  event.preventDefault();
  event.stopPropagation();
  typeAhead(event.key);
}
