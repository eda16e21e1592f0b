import { createStore } from 'zustand/vanilla';

/** What stands over the page: the palette, or the list of shortcuts. One at a time. */
export type Overlay = 'palette' | 'shortcuts' | null;

export interface OverlayState {
  open: Overlay;
  /** What was typed before the palette's field was there to take it. */
  typed: string;
}

export const overlayStore = createStore<OverlayState>(() => ({ open: null, typed: '' }));

export const openPalette = (): void => overlayStore.setState({ open: 'palette', typed: '' });
export const openShortcuts = (): void => overlayStore.setState({ open: 'shortcuts' });
export const closeOverlay = (): void => overlayStore.setState({ open: null });

/** Keeps a letter for the field that isn't there yet. */
export const typeAhead = (letter: string): void =>
  overlayStore.setState(({ typed }) => ({ typed: typed + letter }));

/** Id of the palette's field. */
export const paletteField = 'palette-field';
