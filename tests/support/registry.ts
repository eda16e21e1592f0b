import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OnEnd } from './cleanup.ts';
import { freePort } from './free-port.ts';
import { tempDir } from './temp.ts';
import { until } from './until.ts';

/** A registry of its own on this machine, which the machine's engine may use without TLS. `at`: where, as names of images begin. */
export async function startRegistry(onEnd: OnEnd): Promise<{ at: string }> {
  const dir = tempDir(onEnd);
  const at = `127.0.0.1:${await freePort()}`;
  mkdirSync(join(dir, 'data'));
  const storage = `storage:\n  filesystem:\n    rootdirectory: ${join(dir, 'data')}\n`;
  writeFileSync(join(dir, 'config.yml'), `version: 0.1\n${storage}http:\n  addr: ${at}\n`);
  const child = spawn('docker-registry', ['serve', join(dir, 'config.yml')], { stdio: 'ignore' });
  onEnd(() => void child.kill());
  const answers = (): Promise<boolean> =>
    fetch(`http://${at}/v2/`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(answers, { what: 'the registry' });
  return { at };
}
