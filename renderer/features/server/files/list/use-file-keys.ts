import { type RefObject, useEffect, useRef } from 'react';
import { isForLayer, isTyping } from '../../../../ui/page-keys.ts';

export type FileKey = 'all' | 'none' | 'rename' | 'delete' | 'open';

interface FileKeysOptions {
  /** The part of the page whose keys these are. They also count while nothing has the focus. */
  area: RefObject<HTMLElement | null>;
  /** `row` is the place in the list of the entry with the focus. Gives whether it did anything. */
  onKey: (key: FileKey, row: number | null) => boolean;
}

/** The keys of a list of files: not while a dialog or menu is open, nor while text is typed. */
export function useFileKeys({ area, onKey }: FileKeysOptions): void {
  const latest = useRef(onKey);
  latest.current = onKey;
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const { target } = event;
      if (event.defaultPrevented || event.repeat || !(target instanceof HTMLElement)) return;
      const isOurs = target === document.body || area.current?.contains(target);
      // What is open stands elsewhere in the document, but its focus may not be there yet.
      if (!isOurs || isTyping(target) || isForLayer(event)) return;
      const key = fileKey(event);
      // On a link or button, Enter is its own.
      if (key === null || (key === 'open' && target.matches('a, button'))) return;
      const row = target.closest<HTMLElement>('[data-index]');
      if (latest.current(key, row ? Number(row.dataset.index) : null)) event.preventDefault();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [area]);
}

type PressedKey = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** What a key means; null if nothing. A Mac's keyboard has no Delete: there it is ⌘ and Backspace. */
export function fileKey({ key, ctrlKey, metaKey, altKey, shiftKey }: PressedKey): FileKey | null {
  if (altKey || shiftKey) return null;
  if (ctrlKey || metaKey) {
    if (key.toLowerCase() === 'a') return 'all';
    return metaKey && key === 'Backspace' ? 'delete' : null;
  }
  switch (key) {
    case 'Escape':
      return 'none';
    case 'F2':
      return 'rename';
    case 'Delete':
      return 'delete';
    case 'Enter':
      return 'open';
    default:
      return null;
  }
}
