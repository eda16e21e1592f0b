import { expect, test } from 'vitest';
import { HttpClient } from '../../../client/http-client.ts';
import { createServer, FieldProblem } from './create-server.ts';
import { type Draft, newDraft } from './draft.ts';
import { anyImageRecipe } from './recipe.ts';

/** A host that answers from a list; `calls` has what it was asked, in order. */
class FakeHost extends HttpClient {
  readonly calls: string[] = [];
  private readonly answers: Record<string, (url: URL) => object | number>;

  constructor(answers: Record<string, (url: URL) => object | number> = {}) {
    super({ connection: () => null, onUnauthorized: () => {} });
    this.answers = {
      'GET /network/check': (url) => view(url, {}),
      'POST /network/ports': () => ({
        message: 'Port added to pool',
        ip: '0.0.0.0',
        port: 7001,
        protocol: 'tcp',
      }),
      'POST /network/ports/bulk-delete': () => ({
        message: 'Deleted 1 ports from pool',
        deleted_count: 1,
        skipped: [],
      }),
      'POST /volumes': () => ({ id: 'v', volume_id: 'v', path: '/v', created_at: 1, quota_mb: 1024 }),
      'DELETE /volumes/v': () => 404,
      'POST /containers': () => 409,
      ...answers,
    };
  }

  protected override async fetchOnce(path: string, init: RequestInit): Promise<Response> {
    const url = new URL(path, 'http://host');
    const name = `${init.method} ${url.pathname}`;
    const body = typeof init.body === 'string' ? ` ${init.body}` : '';
    this.calls.push(name.startsWith('POST /network') ? name + body : name);
    const answer = this.answers[name]?.(url) ?? 404;
    if (typeof answer === 'number') throw new Error(`${name}: ${answer}`);
    return Response.json(answer);
  }
}

const view = (url: URL, more: object): object => ({
  ip: '0.0.0.0',
  port: Number(url.searchParams.get('port')),
  protocol: 'tcp',
  in_use: false,
  used_by: null,
  reserved: false,
  held_by: null,
  in_pool: url.searchParams.get('port') === '7000',
  next_free: 7003,
  ...more,
});
const draft: Draft = {
  ...newDraft(anyImageRecipe, new Set()),
  ports: [7000, 7001].map((host) => ({ name: '', container: host, host, protocol: 'tcp' })),
};
const make = (client: FakeHost, signal = new AbortController().signal) =>
  createServer(draft, anyImageRecipe, { info: { pool: [], nameOf: (id) => id }, signal, client });
const port = '{"ip":"0.0.0.0","port":7001,"protocol":"tcp"}';

test('a refused server leaves neither its volume behind nor the port that the pool didn’t have', async () => {
  const host = new FakeHost();
  await expect(make(host)).rejects.toThrow('POST /containers: 409');
  expect(host.calls).toEqual([
    'GET /network/check',
    'GET /network/check',
    `POST /network/ports ${port}`,
    'POST /volumes',
    'POST /containers',
    'DELETE /volumes/v',
    `POST /network/ports/bulk-delete {"ports":[${port}]}`,
  ]);
});

test('an abandoned one neither', async () => {
  const abandon = new AbortController();
  const host = new FakeHost({
    'POST /network/ports': () => {
      abandon.abort();
      return { message: 'Port added to pool', ip: '0.0.0.0', port: 7001, protocol: 'tcp' };
    },
  });
  await expect(make(host, abandon.signal)).rejects.toThrow();
  expect(host.calls.slice(-2)).toEqual([
    `POST /network/ports ${port}`,
    `POST /network/ports/bulk-delete {"ports":[${port}]}`,
  ]);
});

test('a port that is taken is told at its field, with who has it and a free one, and nothing is changed', async () => {
  const host = new FakeHost({
    'GET /network/check': (url) => {
      const isSecond = url.searchParams.get('port') === '7001';
      return view(url, isSecond ? { in_use: true, held_by: 'nginx (pid 8)' } : {});
    },
  });
  const problem = await make(host).catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(FieldProblem);
  expect(problem).toMatchObject({
    field: 'ports.1',
    message: 'Port 7001 is taken by nginx (pid 8). 7003 is free.',
  });
  expect(host.calls).toEqual(['GET /network/check', 'GET /network/check']);
});
