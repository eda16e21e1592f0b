import { vi } from 'vitest';
import type { OnEnd } from './cleanup.ts';
import { turn } from './fake-calls.ts';

/** Turns of the event loop in which nothing happened, after which nothing will by itself. */
const quietTurns = 5;
/** Longest wait of `until`, in ms of this clock. */
const patienceMs = 10 * 60_000;
/** Most turns of one `settle`: something goes round and round. */
const maxTurns = 200_000;

export interface FakeClockOptions {
  onEnd: OnEnd;
  /** Work under way that will end without any time going by. */
  busy?: () => number;
}

/**
 * Time that goes by only when it is told to, for the product's timers and `Date`. Promises, files and the turns of the event loop stay
 * real: before time goes on, all that is under way has ended, so a slow machine changes nothing.
 */
export class FakeClock {
  private readonly busy: () => number;

  constructor({ onEnd, busy = () => 0 }: FakeClockOptions) {
    this.busy = busy;
    // Not setImmediate, process.nextTick and microtasks: streams and promises need them.
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
    });
    onEnd(() => void vi.useRealTimers());
  }

  readonly now = (): number => Date.now();

  /** Resolves when nothing more happens unless time goes by. */
  async settle(): Promise<void> {
    let turns = 0;
    for (let quiet = 0; quiet < quietTurns; turns += 1) {
      await turn();
      quiet = this.busy() > 0 || usesFiles() ? 0 : quiet + 1;
      if (turns > maxTurns) throw new Error('It never comes to rest.');
    }
  }

  /** Lets so much time go by, every timer at its own moment. */
  async run(ms: number): Promise<void> {
    let isOver = false;
    const end = setTimeout(() => {
      isOver = true;
    }, ms);
    await this.settle();
    while (!isOver) await this.next();
    clearTimeout(end);
  }

  /** Lets time go by until `check` is true. Rejects after ten minutes of this clock. */
  async until(check: () => boolean, what: () => string = () => 'a condition'): Promise<void> {
    const deadline = Date.now() + patienceMs;
    await this.settle();
    while (!check()) {
      if (Date.now() > deadline || vi.getTimerCount() === 0) throw new Error(`Waited in vain for ${what()}.`);
      await this.next();
    }
  }

  private async next(): Promise<void> {
    vi.advanceTimersToNextTimer();
    await this.settle();
  }
}

/** Whether a read or write of a file is under way. */
function usesFiles(): boolean {
  return process.getActiveResourcesInfo().some((name) => /^(FS|FileHandle|Close)/.test(name));
}
