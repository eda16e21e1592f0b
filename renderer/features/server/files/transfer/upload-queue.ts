import { createStore, type StoreApi } from 'zustand/vanilla';
import { errorText } from '../../../../../shared/error-text.ts';
import { hostText } from '../../../../../shared/texts/host-text.ts';

type UploadState = 'waiting' | 'sending' | 'done' | 'failed' | 'cancelled';

export interface Upload {
  id: number;
  file: File;
  volume: string;
  /** In the volume. */
  path: string;
  /** Bytes that the host has taken. */
  sent: number;
  state: UploadState;
  /** Why it failed, in words. */
  problem: string | null;
}

/** Sends one file; rejects with words for people, or when the signal aborts. `onSent` is told bytes in all. */
export type SendFile = (
  upload: Pick<Upload, 'file' | 'volume' | 'path'>,
  options: { signal: AbortSignal; onSent: (bytes: number) => void },
) => Promise<void>;

interface UploadQueueOptions {
  send: SendFile;
  /** A file has arrived, or nothing more is to come. */
  onArrived: (volume: string) => void;
  /** Something is on its way, or nothing is any more. */
  onBusy: (isBusy: boolean) => void;
  /** Files at the same time. */
  width?: number;
}

/** Files on their way to the host: a few at a time, each can be cancelled and tried again. Holds files, not their bytes. */
export class UploadQueue {
  readonly store: StoreApi<{ uploads: readonly Upload[] }> = createStore<{ uploads: readonly Upload[] }>(
    () => ({ uploads: [] }),
  );
  private readonly options: UploadQueueOptions;
  private readonly running = new Map<number, AbortController>();
  private count = 0;

  constructor(options: UploadQueueOptions) {
    this.options = options;
  }

  get uploads(): readonly Upload[] {
    return this.store.getState().uploads;
  }

  add(volume: string, files: readonly { file: File; path: string }[]): void {
    const added = files.map(({ file, path }): Upload => {
      this.count += 1;
      return { id: this.count, file, volume, path, sent: 0, state: 'waiting', problem: null };
    });
    this.store.setState({ uploads: [...this.uploads, ...added] });
    this.next();
  }

  cancel(id: number): void {
    this.running.get(id)?.abort();
    const upload = this.uploads.find((one) => one.id === id);
    if (upload?.state === 'waiting') this.change(id, { state: 'cancelled' });
  }

  cancelAll(): void {
    this.store.setState({
      uploads: this.uploads.map((one) => (one.state === 'waiting' ? { ...one, state: 'cancelled' } : one)),
    });
    for (const controller of this.running.values()) controller.abort();
  }

  retry(id: number): void {
    this.change(id, { state: 'waiting', sent: 0, problem: null });
    this.next();
  }

  /** Forgets those that have ended. */
  clear(): void {
    this.store.setState({
      uploads: this.uploads.filter(({ state }) => state === 'waiting' || state === 'sending'),
    });
  }

  private next(): void {
    const { width = 2 } = this.options;
    while (this.running.size < width) {
      const upload = this.uploads.find(({ state }) => state === 'waiting');
      if (!upload) return;
      void this.run(upload);
    }
  }

  private async run(upload: Upload): Promise<void> {
    const controller = new AbortController();
    const { id, volume } = upload;
    if (this.running.size === 0) this.options.onBusy(true);
    this.running.set(id, controller);
    this.change(id, { state: 'sending' });
    try {
      await this.options.send(upload, {
        signal: controller.signal,
        onSent: (sent) => this.change(id, { sent }),
      });
      this.change(id, { state: 'done', sent: upload.file.size });
    } catch (error) {
      const isCancelled = controller.signal.aborted;
      const problem = hostText(errorText(error));
      this.change(id, isCancelled ? { state: 'cancelled' } : { state: 'failed', problem });
    }
    this.running.delete(id);
    this.next();
    // A thousand small files must not ask for the list a thousand times.
    if (this.running.size > 0) return;
    this.options.onBusy(false);
    this.options.onArrived(volume);
  }

  private change(id: number, changes: Partial<Upload>): void {
    this.store.setState({
      uploads: this.uploads.map((one) => (one.id === id ? { ...one, ...changes } : one)),
    });
  }
}
