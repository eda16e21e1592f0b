import { createStore, type StoreApi } from 'zustand/vanilla';
import { errorText } from '../../../../../shared/error-text.ts';
import { hostText } from '../../../../../shared/texts/host-text.ts';

/** Work on a volume's files that the host is busy with for this page. */
export interface FileJob {
  id: number;
  volume: string;
  /** `Copying 3 entries`. */
  what: string;
  /** The host tells on the server's socket how far it is, since it is one long request. */
  isReported: boolean;
  /** How many of its requests are done, if it is many. */
  steps: { done: number; total: number } | null;
}

/** What a job does: requests that end with the signal. `onStep` is told how many are done. */
export type JobWork = (
  signal: AbortSignal,
  onStep: (done: number, total: number) => void,
) => Promise<unknown>;

interface FileJobsOptions {
  /** Something is under way, or nothing is any more. */
  onBusy: (isBusy: boolean) => void;
  /** Why a job failed, in words. */
  onTrouble: (message: string) => void;
}

/** All that is under way, wherever on the page one looks meanwhile; each can be cancelled. */
export class FileJobs {
  readonly store: StoreApi<{ jobs: readonly FileJob[] }> = createStore<{ jobs: readonly FileJob[] }>(() => ({
    jobs: [],
  }));
  private readonly options: FileJobsOptions;
  private readonly running = new Map<number, AbortController>();
  private count = 0;

  constructor(options: FileJobsOptions) {
    this.options = options;
  }

  /** Resolves to whether it was done; what kept it from that is told, unless it was cancelled. Never rejects. */
  async run(
    { volume, what, isReported = false }: Pick<FileJob, 'volume' | 'what'> & { isReported?: boolean },
    work: JobWork,
  ): Promise<boolean> {
    this.count += 1;
    const id = this.count;
    const controller = new AbortController();
    if (this.running.size === 0) this.options.onBusy(true);
    this.running.set(id, controller);
    this.change((jobs) => [...jobs, { id, volume, what, isReported, steps: null }]);
    try {
      await work(controller.signal, (done, total) =>
        this.change((jobs) => jobs.map((job) => (job.id === id ? { ...job, steps: { done, total } } : job))),
      );
      return true;
    } catch (error) {
      if (!controller.signal.aborted) this.options.onTrouble(hostText(errorText(error)));
      return false;
    } finally {
      this.running.delete(id);
      this.change((jobs) => jobs.filter((job) => job.id !== id));
      if (this.running.size === 0) this.options.onBusy(false);
    }
  }

  cancel(id: number): void {
    this.running.get(id)?.abort();
  }

  private change(next: (jobs: readonly FileJob[]) => readonly FileJob[]): void {
    this.store.setState(({ jobs }) => ({ jobs: next(jobs) }));
  }
}
