import { execFileSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { storePaths } from './format.ts';
import { LaneCore } from './lane-core.ts';
import { answerTo, type LaneCall, type LaneStart } from './lane-messages.ts';

/** The program of a lane's thread. It is bundled into a text of its own (vite-program-text.ts), and started by thread-lane.ts. */
function run({ root, rank }: LaneStart): void {
  if (rank === 'lowest') yieldToOthers();
  const core = new LaneCore(storePaths(root));
  parentPort?.on('message', (call: LaneCall) => parentPort?.postMessage(answerTo(core, call)));
}

/**
 * On Linux a thread can have a rank of its own, for the processor and for the disk: games come first. Elsewhere it has that of the process.
 */
function yieldToOthers(): void {
  if (process.platform !== 'linux') return;
  try {
    const thread = readlinkSync('/proc/thread-self').split('/').at(-1) ?? '';
    setPriority(Number(thread), 10);
    execFileSync('ionice', ['-c', '3', '-p', thread], { stdio: 'ignore', timeout: 2000 });
  } catch {
    // No /proc, or no ionice: it is only a courtesy.
  }
}

run(workerData);
