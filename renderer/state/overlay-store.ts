import { createStore } from 'zustand/vanilla';

/** What stands over the page: the palette, or the list of shortcuts. One at a time. */
type Overlay = 'palette' | 'shortcuts' | null;

interface OverlayState {
  open: Overlay;
  /** What was typed before the palette's field was there to take it. */
  typed: string;
}

export const overlayStore = createStore<OverlayState>(() => ({ open: null, typed: '' }));

/** Where the focus goes when the overlay closes: where it was, unless a command led elsewhere. */
let opener: Element | null = null;

function show(open: Exclude<Overlay, null>): void {
  if (overlayStore.getState().open === null) opener = document.activeElement;
  overlayStore.setState({ open, typed: '' });
}

export const openPalette = (): void => show('palette');
export const openShortcuts = (): void => show('shortcuts');

/** `moved`: the page has become another one, which is where the focus belongs then. */
export function closeOverlay({ moved = false }: { moved?: boolean } = {}): void {
  if (overlayStore.getState().open === null) return;
  overlayStore.setState({ open: null });
  // After the dialog, which holds the focus, is gone.
  setTimeout(() => {
    const content = document.getElementById('content');
    const to = !moved && opener?.isConnected && opener !== document.body ? opener : content;
    opener = null;
    if (to instanceof HTMLElement && overlayStore.getState().open === null) to.focus();
  });
}

/** Keeps a letter for the field that isn't there yet. */
export const typeAhead = (letter: string): void =>
  overlayStore.setState(({ typed }) => ({ typed: typed + letter }));
