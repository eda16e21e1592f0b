import type { ChildProcess } from 'node:child_process';

/** Whether it runs no more, or never did. */
export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}
