import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { type Draft, freeId, type Mistakes, newDraft } from './draft.ts';
import { DraftStorage } from './draft-storage.ts';
import { mistakesIn } from './mistakes.ts';
import { type PoolInfo, portProblem, proposePorts } from './ports.ts';
import type { Recipe } from './recipe.ts';

interface ServerDraftOptions {
  recipe: Recipe;
  info: PoolInfo;
  /** Ids that servers have. */
  taken: ReadonlySet<string>;
}

interface ServerDraft {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  mistakes: Mistakes;
  /** Shows mistakes at their fields; the first of them gets the focus. */
  show: (mistakes: Mistakes) => void;
  /** Whether the draft is without mistakes; those that it has are shown. */
  check: () => boolean;
  /** The draft is used up: a reload brings a fresh one. */
  forget: () => void;
  /** The form that the draft's fields are in. */
  form: RefObject<HTMLFormElement | null>;
}

/** What is typed for a server to be made. It survives a reload of the page, once something was typed. */
export function useServerDraft({ recipe, info, taken }: ServerDraftOptions): ServerDraft {
  const storage = useMemo(() => new DraftStorage(recipe, window.sessionStorage), [recipe]);
  const [draft, setDraft] = useState<Draft>(() => {
    const made = newDraft(recipe, taken);
    return storage.read(made) ?? { ...made, ports: proposePorts(made.ports, info) };
  });
  const isTouched = useRef(false);
  useEffect(() => {
    if (isTouched.current) storage.write(draft);
  }, [storage, draft]);
  const [mistakes, setMistakes] = useState<Mistakes>({});
  const form = useRef<HTMLFormElement>(null);
  const show = (found: Mistakes): void => {
    setMistakes(found);
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  const change = (changes: Partial<Draft>): void => {
    isTouched.current = true;
    setDraft((last) => {
      const next = { ...last, ...changes };
      return next.idFollows && changes.name !== undefined
        ? { ...next, id: freeId(changes.name, taken) }
        : next;
    });
    setMistakes({});
  };
  const check = (): boolean => {
    const found = mistakesIn(draft, recipe, { taken, portProblem: (port) => portProblem(port, info) });
    show(found);
    return Object.keys(found).length === 0;
  };
  return { draft, change, mistakes, show, check, forget: () => storage.forget(), form };
}
