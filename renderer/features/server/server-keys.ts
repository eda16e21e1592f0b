import type { PowerAction } from '../../../shared/protocol/client-events.ts';

/** What a key means on a server's page. */
type ServerKey =
  /** The tab at that place, from 0. */
  | { kind: 'tab'; index: number }
  /** The next server of the list, or the one before. */
  | { kind: 'server'; step: 1 | -1 }
  | { kind: 'power'; action: PowerAction };

type PressedKey = Pick<KeyboardEvent, 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

const powerKeys: Readonly<Record<string, PowerAction>> = { KeyS: 'start', KeyX: 'stop', KeyR: 'restart' };

/**
 * Null for keys that mean nothing here. By place on the keyboard, since with Alt a Mac types other characters. What disconnects players takes three keys, so
 * that nobody does it by typing beside a field.
 */
export function serverKey({ code, ctrlKey, metaKey, altKey, shiftKey }: PressedKey): ServerKey | null {
  if (ctrlKey || metaKey) return null;
  if (altKey) {
    const action = shiftKey ? powerKeys[code] : undefined;
    return action ? { kind: 'power', action } : null;
  }
  if (shiftKey) return null;
  const digit = /^Digit([1-9])$/.exec(code)?.[1];
  if (digit) return { kind: 'tab', index: Number(digit) - 1 };
  if (code === 'KeyJ') return { kind: 'server', step: 1 };
  return code === 'KeyK' ? { kind: 'server', step: -1 } : null;
}

/** The id at `step` places from `id`, around the end; null where there is no other. */
export function neighbour(ids: readonly string[], id: string, step: 1 | -1): string | null {
  const at = ids.indexOf(id);
  if (at < 0 || ids.length < 2) return null;
  return ids[(at + step + ids.length) % ids.length] ?? null;
}
