import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { suiteCleanup } from '../support/cleanup.ts';
import { docker } from '../support/docker-cli.ts';
import { freePort } from '../support/free-port.ts';
import { startHost } from '../support/host-process.ts';
import { busyboxImage } from '../support/images.ts';
import { differences, documentedRoute } from '../support/lightd-documented.ts';
import { has } from '../support/requirements.ts';
import { tempDir } from '../support/temp.ts';

const onEnd = suiteCleanup();
const page = join(import.meta.dirname, '../../docs/walkthrough.md');
const run = promisify(execFile);

interface Step {
  heading: string;
  commands: string;
  /** What stands below them, line by line. */
  json: string[];
  text: string[];
}

/** The page's commands in their order, each with the answers that stand below it. */
function stepsOf(markdown: string): Step[] {
  const steps: Step[] = [];
  let heading = '';
  for (const match of markdown.matchAll(/^## (.*)$|^```(sh settings|sh|json|text)\n([\s\S]*?)^```$/gm)) {
    const [, title, kind, body = ''] = match;
    if (title !== undefined) heading = title;
    else if (kind === 'sh') steps.push({ heading, commands: body, json: [], text: [] });
    else if (kind === 'json') steps.at(-1)?.json.push(...body.trim().split('\n'));
    else if (kind === 'text') steps.at(-1)?.text.push(...body.trim().split('\n'));
  }
  return steps;
}

/** The names in it, all the way down; values differ from run to run, but for sentences. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([key, inner]) => [key, key === 'message' || key === 'internal_id' ? inner : shape(inner)]),
  );
}

/** Method and path of each of its calls whose answer stands below it, in order. */
function askedIn(commands: string): { method: string; path: string }[] {
  const calls = commands.replaceAll('\\\n', ' ').split('\n');
  return calls
    .filter((line) => line.startsWith('api ') && !line.includes(' -o '))
    .map((line) => ({
      method: /-X (\w+)/.exec(line)?.[1] ?? 'GET',
      path: (/\$HOST(\S*)/.exec(line)?.[1] ?? '').replace(/["']/g, ''),
    }));
}

/** The published replies, against Lightd's own: how many there were, and what differs. */
function compareWithLightd(step: Step, answers: unknown[]): { compared: number; problems: string[] } {
  const routes = askedIn(step.commands).map(({ method, path }) => documentedRoute(method, path));
  const problems = routes.flatMap((route, index) =>
    route === null ? [] : differences(route, answers[index]),
  );
  return { compared: routes.filter((route) => route !== null).length, problems };
}

const marker = '=== next step ===';

describe.skipIf(!has('images') || !has('sftp'))('docs/walkthrough.md', () => {
  it('A1–A13, A3a works as it stands, with the answers that stand there and the fields of Lightd’s', async () => {
    const dataDir = tempDir(onEnd);
    const host = await startHost({ dataDir });
    onEnd(() => host.close());
    onEnd(async () => {
      await host.api.delete('/containers/walk').catch(() => null);
      await docker('rm', '-f', '-v', 'lightd-walk').catch(() => '');
    });
    const steps = stepsOf(await readFile(page, 'utf8'));
    expect(steps.length).toBeGreaterThan(12);
    const settings = `HOST=${host.url.replace('127.0.0.1', 'localhost')} MASTER=${host.token} IMAGE=${await busyboxImage()} PORT=${await freePort()}`;
    const script = [
      'set -eu',
      settings,
      ...steps.map(({ commands }) => `${commands}\necho '${marker}'`),
    ].join('\n');
    const { stdout } = await run('bash', ['-c', script], { cwd: tempDir(onEnd), timeout: 120_000 });
    const answers = stdout.split(`${marker}\n`);
    let compared = 0;
    for (const [index, step] of steps.entries()) {
      const lines = (answers[index] ?? '').split('\n').filter(Boolean);
      const json = lines.filter((line) => line.startsWith('{')).map((line): unknown => JSON.parse(line));
      const text = lines.filter((line) => !line.startsWith('{'));
      const expected = step.json.map((line): unknown => JSON.parse(line));
      const lightd = compareWithLightd(step, json);
      compared += lightd.compared;
      expect(lightd.problems).toEqual([]);
      expect([step.heading, json.map(shape)]).toEqual([step.heading, expected.map(shape)]);
      expect([step.heading, text]).toEqual([step.heading, step.text]);
    }
    expect(compared).toBe(9);
  });
});
