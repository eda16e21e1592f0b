import { lazy, Suspense, useEffect } from 'react';
import { useStore } from 'zustand';
import { closeOverlay, openPalette, openShortcuts, overlayStore } from './palette-store.ts';

const PaletteDialog = lazy(() => import('./palette-dialog.tsx'));
const ShortcutsDialog = lazy(() => import('./shortcuts-dialog.tsx'));

/** Ctrl/Cmd+K opens the palette, `?` the list of shortcuts. Both are loaded when they are wanted first. */
export function Palette() {
  const open = useStore(overlayStore, (state) => state.open);
  useEffect(() => {
    // Before the terminal sees the key, which would take Ctrl+K for a control character.
    window.addEventListener('keydown', onKey, { capture: true });
    return () => {
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
  if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey || open !== null) return;
  if (isTyping(event.target) || document.querySelector('[aria-modal="true"]')) return;
  event.preventDefault();
  openShortcuts();
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select, [role="textbox"]'))
  );
}
