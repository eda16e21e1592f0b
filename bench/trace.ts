import { z } from 'zod';

const traceSchema = z.object({
  traceEvents: z.array(
    z.object({
      name: z.string(),
      ph: z.string(),
      pid: z.number(),
      tid: z.number(),
      ts: z.number().optional(),
      dur: z.number().optional(),
      tdur: z.number().optional(),
      args: z.object({ name: z.unknown().optional() }).optional(),
    }),
  ),
});

export interface MainThread {
  busyMs: number;
  longestMs: number;
  /** From the first task to the end of the last one. */
  spanMs: number;
}

/**
 * What the busiest page of a Chromium trace did on its main thread, by the thread's own clock: what it waited for a processor
 * that others had isn't its doing.
 */
export function readTrace(trace: Buffer): MainThread {
  const { traceEvents } = traceSchema.parse(JSON.parse(trace.toString('utf8')));
  const threads = new Map<string, { start: number; end: number; busy: number; longest: number }>();
  for (const { name, args, pid, tid } of traceEvents)
    if (name === 'thread_name' && args?.name === 'CrRendererMain')
      threads.set(`${pid} ${tid}`, { start: Number.POSITIVE_INFINITY, end: 0, busy: 0, longest: 0 });
  for (const { name, ph, pid, tid, ts = 0, dur = 0, tdur = dur } of traceEvents) {
    const thread = threads.get(`${pid} ${tid}`);
    if (!thread || ph !== 'X' || name !== 'RunTask') continue;
    thread.start = Math.min(thread.start, ts);
    thread.end = Math.max(thread.end, ts + dur);
    thread.busy += tdur;
    thread.longest = Math.max(thread.longest, tdur);
  }
  const [busiest] = [...threads.values()].sort((a, b) => b.busy - a.busy);
  if (!busiest || busiest.busy === 0) throw new Error('There is no task of a page in the trace.');
  return {
    busyMs: busiest.busy / 1000,
    longestMs: busiest.longest / 1000,
    spanMs: (busiest.end - busiest.start) / 1000,
  };
}
