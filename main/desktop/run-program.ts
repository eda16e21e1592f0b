import { execFile } from 'node:child_process';
import { hasCode } from '../lib/system-error.ts';
import type { Asked } from './tray-host.ts';

/** Runs a program without a shell, apart from the main loop, and kills it after `ms`. Never rejects. */
export function runProgram(program: string, args: readonly string[], ms: number): Promise<Asked> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: ms, maxBuffer: 64 * 1024, windowsHide: true }, (error, stdout) => {
      if (!error) resolve({ is: 'answer', text: stdout });
      else resolve({ is: hasCode(error, 'ENOENT') ? 'missing' : 'failed' });
    });
  });
}
