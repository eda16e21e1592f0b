import { useEffect, useRef, useState } from 'react';
import { type Candidate, isEggFile, maxCandidates, readCandidate, textOfFile } from './candidates.ts';
import { strings } from './strings.ts';

export interface Candidates {
  all: readonly Candidate[];
  /** What is to be said of the last files that came; null: nothing. */
  trouble: string | null;
  addFiles: (files: readonly File[]) => void;
  addText: (text: string, source: string | null) => void;
  remove: (key: number) => void;
  clear: () => void;
}

/** The texts that were given to be imported, each read by the host; one after the other, so that a folder of them floods nobody. */
export function useCandidates(): Candidates {
  const [all, setAll] = useState<readonly Candidate[]>([]);
  const [trouble, setTrouble] = useState<string | null>(null);
  const nextKey = useRef(0);
  const gone = useRef(new AbortController());
  const queue = useRef(Promise.resolve());
  useEffect(() => {
    gone.current = new AbortController();
    return () => gone.current.abort();
  }, []);

  const set = (key: number, changes: Partial<Candidate>): void =>
    setAll((last) => last.map((one) => (one.key === key ? { ...one, ...changes } : one)));
  const add = (source: string | null, bring: () => Promise<Pick<Candidate, 'text' | 'problem'>>): void => {
    const key = nextKey.current;
    nextKey.current += 1;
    const { signal } = gone.current;
    setAll((last) => [...last, { key, source, text: '', preview: null, problem: null }]);
    queue.current = queue.current.then(async () => {
      if (signal.aborted) return;
      const brought = await bring();
      set(key, brought);
      if (brought.problem === null) set(key, await readCandidate(brought, signal));
    });
  };
  return {
    all,
    trouble,
    addFiles(files) {
      const eggs = files.filter(({ name }) => isEggFile(name));
      const some = eggs.slice(0, Math.max(0, maxCandidates - all.length));
      setTrouble(
        eggs.length === 0 ? strings.none : some.length < eggs.length ? strings.tooMany(maxCandidates) : null,
      );
      for (const file of some) add(file.webkitRelativePath || file.name, () => textOfFile(file));
    },
    addText(text, source) {
      setTrouble(null);
      add(source, async () => ({ text, problem: null }));
    },
    remove: (key) => setAll((last) => last.filter((one) => one.key !== key)),
    clear() {
      setAll([]);
      setTrouble(null);
    },
  };
}
