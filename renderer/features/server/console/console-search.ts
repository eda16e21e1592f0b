import { createStore } from 'zustand/vanilla';
import { errorText } from '../../../../shared/error-text.ts';
import type { LogMatches } from '../../../../shared/http/console.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';

export interface SearchState {
  term: string;
  status: 'idle' | 'searching' | 'done' | 'cancelled' | 'failed';
  /** Lines found so far. */
  count: number;
  /** Which of them is shown, the newest being 0; null before one is. */
  index: number | null;
  /** Bytes searched, and what there is to search. */
  searched: number;
  total: number;
  problem: string | null;
}

/** Lines that are found at most: nobody goes through more one by one. */
export const maxMatches = 10_000;

const idle: SearchState = {
  term: '',
  status: 'idle',
  count: 0,
  index: null,
  searched: 0,
  total: 0,
  problem: null,
};

interface ConsoleSearchOptions {
  /** One bounded step back through the history. */
  find: (query: { text: string; before?: string }, signal: AbortSignal) => Promise<LogMatches>;
  /** Brings the line at an offset into view. Rejects if it can't be loaded. */
  reveal: (offset: number, term: string) => Promise<void>;
}

/** A search through all of a server's history, newest first, step by step: with a count, progress, and a way to stop. */
export class ConsoleSearch {
  readonly store = createStore<SearchState>(() => idle);
  private readonly options: ConsoleSearchOptions;
  private run = new AbortController();
  private offsets: number[] = [];

  constructor(options: ConsoleSearchOptions) {
    this.options = options;
  }

  /** Ends the search that is under way; an empty term ends it for good. */
  start(term: string): void {
    this.run.abort();
    this.run = new AbortController();
    this.offsets = [];
    this.store.setState({ ...idle, term, status: term === '' ? 'idle' : 'searching' });
    if (term !== '') void this.search(term, this.run.signal);
  }

  /** Keeps what was found so far. */
  cancel(): void {
    if (this.store.getState().status !== 'searching') return;
    this.run.abort();
    this.store.setState({ status: 'cancelled' });
  }

  /**
   * To the next older match (1) or the next newer one (-1). Behind the oldest comes the newest. Beyond the newest, or without any, all is
   * searched again: there may be newer text by now.
   */
  async step(direction: 1 | -1): Promise<void> {
    const { index, status, term } = this.store.getState();
    const { length } = this.offsets;
    const next = index === null ? 0 : index + direction;
    if (next >= 0 && next < length) await this.show(next);
    else if (status === 'searching') return;
    else if (next < 0 || length === 0) this.start(term);
    else await this.show(0);
  }

  private async show(index: number): Promise<void> {
    const offset = this.offsets[index];
    if (offset === undefined) return;
    this.store.setState({ index });
    const { signal } = this.run;
    try {
      await this.options.reveal(offset, this.store.getState().term);
    } catch (error) {
      if (signal === this.run.signal) this.fail(error);
    }
  }

  private async search(term: string, signal: AbortSignal): Promise<void> {
    let before: number | null = null;
    try {
      while (!signal.aborted) {
        const query = { text: term, ...(before === null ? {} : { before: String(before) }) };
        const found = await this.options.find(query, signal);
        if (signal.aborted) return;
        const isFirst = this.offsets.length === 0;
        for (const match of found.matches) if (this.offsets.length < maxMatches) this.offsets.push(match);
        const end = this.store.getState().total || found.to - found.oldest;
        this.store.setState({
          count: this.offsets.length,
          searched: end - (found.from - found.oldest),
          total: end,
        });
        if (isFirst && this.offsets.length > 0) void this.show(0);
        if (found.from <= found.oldest || this.offsets.length >= maxMatches) break;
        before = found.from;
      }
      if (!signal.aborted) this.store.setState({ status: 'done' });
    } catch (error) {
      if (!signal.aborted) this.fail(error);
    }
  }

  private fail(error: unknown): void {
    this.run.abort();
    this.store.setState({
      status: 'failed',
      problem: hostText(errorText(error)),
    });
  }
}
