import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { scriptWords } from './long-script.ts';

const line = (index: number): string => `echo "${index} it's 😀 $HOME \\n"\n`;

it('E7 a short script is one word', () => {
  expect(scriptWords('echo hello')).toEqual(['echo hello']);
});

it.each([0, 1, 2])(
  'E7 a script of 250 KiB runs whole, also where it is cut in a character (%i before it)',
  (before) => {
    const lines = Array.from({ length: 9000 }, (_, index) => line(index)).join('');
    const script = `${' '.repeat(before)}${lines}exit 3\n`;
    const words = scriptWords(script);
    expect(words.length).toBeGreaterThan(5);
    for (const word of words) expect(Buffer.byteLength(word)).toBeLessThan(128 * 1024);
    const run = (args: string[], input?: string): string => {
      try {
        return execFileSync('sh', args, {
          encoding: 'utf8',
          input,
          maxBuffer: 1e8,
          stdio: ['pipe', 'pipe', 'ignore'],
        });
      } catch (error) {
        if (error instanceof Error && 'stdout' in error && 'status' in error)
          return `${String(error.stdout)}${String(error.status)}`;
        throw error;
      }
    };
    expect(run(['-c', ...words])).toBe(run([], script));
  },
);

it('E7 a script of single characters of four bytes fits, too', () => {
  for (const word of scriptWords('😀'.repeat(130_000)))
    expect(Buffer.byteLength(word)).toBeLessThan(128 * 1024);
});
