import { useStore } from 'zustand';
import { session } from '../../../link/session.ts';
import {
  type Clash,
  edited,
  isSame,
  keptMine,
  look,
  type Same,
  type SectionName,
  type SectionValues,
  settingsDrafts,
  taken,
} from './drafts.ts';
import { strings } from './strings.ts';

/** When what was saved takes hold. */
export type TakesHold = 'now' | 'restart';

/** A clash in words, and what can be done about it. */
export interface ShownClash {
  label: string;
  mine: string;
  theirs: string;
  keepMine: () => void;
  takeTheirs: () => void;
}

/** One section of a server's settings, as the bar of changes needs it. */
export interface SectionForm {
  name: SectionName;
  /** The fields that differ from what is saved, in words. */
  changed: readonly string[];
  clashes: readonly ShownClash[];
  /** Whether there is a mistake that is shown. */
  isWrong: boolean;
  isBusy: boolean;
  /** Whether it can be sent; shows what is wrong if not. */
  check: () => boolean;
  /** Asks the host whether somebody else has changed what is to be saved. */
  isOverrun: () => Promise<boolean>;
  /** Rejects when the host refused it; the section shows why. What was typed is then still there. */
  save: () => Promise<TakesHold>;
  discard: () => void;
}

/** For what is said of a field. */
interface FieldWords {
  label: (field: string) => string;
  /** A value in words; left out: as it is. */
  say?: (field: string, value: unknown) => string;
}

// Who signs out by wish leaves nothing behind for the next; a token that was refused costs nobody what they typed.
session.store.subscribe((state) => {
  if (state.status === 'sign-in' && state.problem === null) settingsDrafts.dropAll();
});

/** What is typed into a section, on top of what is saved; `onEdit` is called with each change. */
export function useDraft<S extends SectionName>(
  server: string,
  section: S,
  saved: SectionValues[S],
  { words, same = isSame, onEdit }: { words: FieldWords; same?: Same; onEdit?: () => void },
) {
  const draft = useStore(settingsDrafts.store, (all) => all.get(server)?.[section]);
  const { values, changed, clashes } = look<SectionValues[S]>(saved, draft, same);
  const { label, say = sayValue } = words;
  const shown = (clash: Clash<SectionValues[S]>): ShownClash => ({
    label: label(clash.field),
    mine: say(clash.field, clash.mine),
    theirs: say(clash.field, clash.theirs),
    keepMine: () => draft && settingsDrafts.set(server, section, keptMine(saved, draft, clash.field)),
    takeTheirs: () => draft && settingsDrafts.set(server, section, taken(draft, clash.field)),
  });
  return {
    values,
    /** Names of fields. */
    changed,
    labels: changed.map(label),
    clashes: clashes.map(shown),
    edit(changes: Partial<SectionValues[S]>): void {
      onEdit?.();
      const before = settingsDrafts.of(server)[section];
      settingsDrafts.set(server, section, edited<SectionValues[S]>(saved, before, changes, same));
    },
    discard: () => settingsDrafts.set(server, section, undefined),
    /** Whether somebody else has changed what is typed into, as the host says it now. */
    isOverrunBy: (now: SectionValues[S]): boolean =>
      look<SectionValues[S]>(now, settingsDrafts.of(server)[section], same).clashes.length > 0,
  };
}

export function sayValue(_field: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? strings.on : strings.off;
  if (value === null || value === undefined || value === '') return strings.nothing;
  return String(value);
}
