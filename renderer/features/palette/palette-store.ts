import { createStore } from 'zustand/vanilla';

/** What stands over the page: the palette, or the list of shortcuts. One at a time. */
export type Overlay = 'palette' | 'shortcuts' | null;

export const overlayStore = createStore<{ open: Overlay }>(() => ({ open: null }));

export const openPalette = (): void => overlayStore.setState({ open: 'palette' });
export const openShortcuts = (): void => overlayStore.setState({ open: 'shortcuts' });
export const closeOverlay = (): void => overlayStore.setState({ open: null });
