import { z } from 'zod';
import { LightdeckError } from '../../shared/errors.ts';
import type { PullProgress } from './contract.ts';

/** Shortest time between two reports, in ms: five a second. */
const reportEveryMs = 200;
/** Most layers that are counted; images have at most 127. */
const maxLayers = 512;

const messageSchema = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).nullish(),
  error: z.string().optional(),
  errorDetail: z.object({ message: z.string().optional() }).nullish(),
});

interface Layer {
  current: number;
  /** Null until the engine has told it. */
  total: number | null;
  done: boolean;
}

/**
 * Adds the layers of a pull up to one figure: downloaded bytes over all layers, and their sum as soon as every layer that was
 * named has told its own. A layer that is there already, or done without ever telling a size, counts as 0; where none has ever told
 * one, as Podman's (seen with 5.8), there is no sum. `current` never goes back.
 */
export class PullMeter {
  private readonly layers = new Map<string, Layer>();
  private readonly onProgress: (progress: PullProgress) => void;
  private readonly clock: () => number;
  private readonly image: string;
  private text = '';
  private reportedAt = Number.NEGATIVE_INFINITY;
  private pending = false;
  private highest = 0;

  constructor(options: { image: string; clock: () => number; onProgress: (progress: PullProgress) => void }) {
    this.image = options.image;
    this.clock = options.clock;
    this.onProgress = options.onProgress;
  }

  /** One message of the engine's progress stream. Throws LightdeckError `engine_refused` with the engine's words if it tells a failure. */
  take(value: unknown): void {
    const message = messageSchema.safeParse(value);
    if (!message.success) return;
    const { id, status, progressDetail, error, errorDetail } = message.data;
    const failure = error ?? errorDetail?.message;
    if (failure !== undefined)
      throw new LightdeckError('engine_refused', `Could not pull ${this.image}: ${failure}`);
    if (status === undefined) return;
    if (id !== undefined) this.count(id, status, progressDetail ?? {});
    this.text = this.describe(status);
    this.pending = true;
    if (this.clock() - this.reportedAt >= reportEveryMs) this.report();
  }

  /** Tells the last figures, if they weren't told yet. */
  end(): void {
    if (this.pending) this.report();
  }

  private count(
    id: string,
    status: string,
    detail: { current?: number | undefined; total?: number | undefined },
  ): void {
    const kind = layerStatus(status);
    if (kind === null) return;
    let layer = this.layers.get(id);
    if (layer === undefined) {
      if (this.layers.size >= maxLayers) return;
      layer = { current: 0, total: null, done: false };
      this.layers.set(id, layer);
    }
    // While extracting, newer engines count seconds and have no total.
    if (detail.total !== undefined && detail.total > 0) layer.total = detail.total;
    if (kind === 'downloading' && detail.current !== undefined)
      layer.current = Math.max(layer.current, detail.current);
    if (kind === 'downloaded' || kind === 'extracting' || kind === 'done') {
      layer.total ??= 0;
      layer.current = layer.total;
    }
    if (kind === 'done') layer.done = true;
  }

  private describe(status: string): string {
    const done = [...this.layers.values()].filter((layer) => layer.done).length;
    if (this.layers.size === 0) return status;
    return `${status} (${done} of ${this.layers.size} layers done)`;
  }

  private report(): void {
    this.pending = false;
    this.reportedAt = this.clock();
    let current = 0;
    const isTold = [...this.layers.values()].some((layer) => (layer.total ?? 0) > 0);
    let total: number | null = isTold ? 0 : null;
    for (const layer of this.layers.values()) {
      current += layer.current;
      total = total === null || layer.total === null ? null : total + layer.total;
    }
    this.highest = Math.max(this.highest, current);
    this.onProgress({ current: this.highest, total, text: this.text });
  }
}

function layerStatus(status: string): 'known' | 'downloading' | 'downloaded' | 'extracting' | 'done' | null {
  if (/^(Pulling fs layer|Waiting|Retrying)/.test(status)) return 'known';
  if (status === 'Downloading') return 'downloading';
  if (/^(Verifying Checksum|Download complete)/.test(status)) return 'downloaded';
  if (status === 'Extracting') return 'extracting';
  if (/^(Pull complete|Already exists)/.test(status)) return 'done';
  return null;
}
