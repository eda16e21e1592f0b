import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { openBrowser } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
const clientPath = join(import.meta.dirname, '../../docs/example-client.js');
const clientModule = z.object({
  openServer: z.custom<
    (host: string, id: string, token: string, tell: (...told: unknown[]) => void) => ExampleServer
  >((value) => typeof value === 'function'),
});

interface ExampleServer {
  opened: Promise<void>;
  type(line: string): void;
  start(): void;
  restart(): void;
  kill(): void;
  history(lines?: number): void;
  close(): void;
}

let scene: Scene;
let id: string;
const program = 'echo "Server started on port 25565"; while read -r line; do echo "you said: $line"; done';

beforeAll(async () => {
  scene = await openScene({ onEnd });
});

async function freshServer(): Promise<void> {
  id = await scene.server({
    startup_command: program,
    start_pattern: 'Server started',
    tty: false,
    stop: { timeout: 1 },
  });
}

/** What every run of the example must see, in this order (other things may come between). */
const expected = [
  ['open'],
  ['state', 'installed'],
  ['history', ''],
  ['system', "Error: the command was not sent: the server isn't running"],
  ['state', 'starting'],
  ['console', 'Server started on port 25565\n'],
  ['system', 'Container started'],
  ['state', 'running'],
  ['system', 'Server started'],
  ['memory'],
  ['console', 'you said: Hello\n'],
  ['history', 'Server started on port 25565\nyou said: Hello\n'],
  ['state', 'stopping'],
  ['state', 'exit'],
  ['state', 'starting'],
  ['system', 'Container restarted'],
  ['state', 'running'],
  ['state', 'stopping'],
  ['state', 'exit'],
  ['system', 'Container stopped'],
];

/** Kinds whose place among the others is not a matter of order: the start's console text may be read before or after its message. */
function expectInOrder(told: unknown[][]): void {
  const kinds = ['open', 'state', 'history'];
  const strict = (list: unknown[][]): string[] =>
    list.filter(([kind]) => kinds.includes(String(kind))).map((one) => JSON.stringify(one));
  expect(strict(told)).toEqual(strict(expected));
  for (const one of expected) {
    expect(
      told.some((event) => one.every((value, index) => event[index] === value)),
      JSON.stringify(one),
    ).toBe(true);
  }
}

/** The steps: history asked at opening, a command too early, start, command, history, restart, kill. */
async function steps(
  told: () => unknown[][],
  act: (verb: string, ...values: unknown[]) => void | Promise<void>,
): Promise<void> {
  const sees = (kind: string, value: unknown, times = 1): Promise<boolean> =>
    until(() => told().filter((event) => event[0] === kind && event[1] === value).length >= times, {
      what: `${kind} ${String(value)}; got ${JSON.stringify(told().slice(-8))}`,
    });
  await sees('history', '');
  await act('type', 'echo "Hello from WebSocket"');
  await act('start');
  await sees('system', 'Server started');
  await until(() => told().some(([kind]) => kind === 'memory'), { what: 'stats' });
  await act('type', 'Hello');
  await sees('console', 'you said: Hello\n');
  await act('history');
  await sees('history', 'Server started on port 25565\nyou said: Hello\n');
  await act('restart');
  await sees('system', 'Server started', 2);
  await act('kill');
  await sees('state', 'exit', 2);
  await sees('system', 'Container stopped', 2);
}

describe('the example client of the docs', () => {
  it('S6–S14 works in Node', async () => {
    await freshServer();
    const before = Reflect.get(globalThis, 'WebSocket');
    Reflect.set(globalThis, 'WebSocket', WebSocket);
    try {
      const { openServer } = clientModule.parse(await import(clientPath));
      const told: unknown[][] = [];
      const server = openServer(scene.host.url.replace('http', 'ws'), id, scene.host.token, (...event) =>
        told.push(event),
      );
      await server.opened;
      const verbs: Record<string, (value: string) => void> = {
        type: (line) => server.type(line),
        start: () => server.start(),
        restart: () => server.restart(),
        kill: () => server.kill(),
        history: () => server.history(),
      };
      await steps(
        () => told,
        (verb, value) => verbs[verb]?.(String(value)),
      );
      server.close();
      expectInOrder(told);
    } finally {
      Reflect.set(globalThis, 'WebSocket', before);
    }
  });

  it.skipIf(!has('chromium'))('S6–S14 works in a browser, on a page of another origin', async () => {
    await freshServer();
    const source = await readFile(clientPath);
    const pages = createServer((request, response) => {
      const isModule = request.url === '/example-client.js';
      response.setHeader('content-type', isModule ? 'text/javascript' : 'text/html');
      response.end(isModule ? source : '<!doctype html><title>example</title>');
    });
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    onEnd(() => new Promise<void>((resolve) => pages.close(() => resolve())));
    const address = pages.address();
    const browser = await openBrowser(onEnd);
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`);
    const told: unknown[][] = [];
    await page.exposeFunction('tell', (...event: unknown[]) => told.push(event));
    const host = scene.host.url.replace('http', 'ws').replace('127.0.0.1', 'localhost');
    const target = JSON.stringify([host, id, scene.host.token]);
    await page.evaluate(`(async () => {
      const { openServer } = await import('/example-client.js');
      window.server = openServer(...${target}, (...event) => window.tell(...event));
      await window.server.opened;
    })()`);
    await steps(
      () => told,
      (verb, ...values) => page.evaluate(`window.server.${verb}(...${JSON.stringify(values)})`),
    );
    await page.evaluate('window.server.close()');
    expectInOrder(told);
  });
});
