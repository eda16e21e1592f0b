import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

export interface TestChild {
  /** Resolves with the first line that the child prints. */
  firstLine: Promise<string>;
  /** SIGKILL; resolves when it is gone and its files are removed. */
  kill(): Promise<void>;
}

/**
 * Runs TypeScript (a module's text; imports as from the repository's top, `./main/…`) in a Node process of its own, so
 * that a test can take it away without warning. Bundled into node_modules, where packages are found.
 */
export async function spawnChild(source: string, args: string[]): Promise<TestChild> {
  const top = process.cwd();
  const cache = join(top, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'test-child-'));
  const entry = join(folder, 'child.ts');
  writeFileSync(entry, source.replaceAll("'./main/", `'${top}/main/`));
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: entry,
      outDir: join(folder, 'out'),
      rolldownOptions: { output: { entryFileNames: 'child.mjs' } },
    },
  });
  const child = spawn(process.execPath, [join(folder, 'out', 'child.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    firstLine: firstLineOf(child),
    async kill() {
      child.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function firstLineOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = '';
    let problems = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const end = out.indexOf('\n');
      if (end >= 0) resolve(out.slice(0, end));
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      problems += chunk.toString();
    });
    child.once('exit', (code) => reject(new Error(`the child ended (${code}) without a line: ${problems}`)));
  });
}
