import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAudit } from '../shared/http/audit.ts';
import { makeFolder } from '../shared/http/files.ts';
import { ping } from '../shared/http/ping.ts';
import { vendorType } from '../shared/http/route.ts';
import { deleteVolume } from '../shared/http/volumes.ts';
import { anyCharacter } from '../tests/support/any-character.ts';
import { own } from '../tests/support/cleanup.ts';
import { ApiError, HttpClient, pathOf } from './http-client.ts';
import { type Answer, startOfTestHost, TestHost } from './test-host.test-helper.ts';

const token = 'lightd_secret';
const pong = { status: 'ok', message: 'Lightd is running', version: '1' };

/** A real host that gives this answer, and a client that is signed in to it until it is refused. */
async function setUp(answer: Answer) {
  const host = own(await new TestHost().open());
  host.answer = () => answer;
  const state = { token, refusals: 0, isSignedIn: true };
  const client = new HttpClient({
    connection: () => (state.isSignedIn ? { url: host.url, token: state.token } : null),
    onUnauthorized: () => {
      state.refusals += 1;
      state.isSignedIn = false;
    },
  });
  return { host, client, state };
}

/** The ApiError that this rejects with. */
async function failureOf(work: Promise<unknown>): Promise<ApiError> {
  const error = await work.then(
    () => expect.fail('It did not fail.'),
    (reason: unknown) => reason,
  );
  if (error instanceof ApiError) return error;
  throw error;
}

describe('pathOf', () => {
  it('any text comes back as it was, and never as another part of the address', () => {
    const text = fc.string({ unit: anyCharacter, minLength: 1 }).filter((id) => !/^\.\.?$/.test(id));
    fc.assert(
      fc.property(text, text, fc.string({ unit: anyCharacter }), (id, other, path) => {
        const url = new URL(pathOf('/a/:id/b/:other', { id, other }, { path }), 'http://host');
        expect(url.pathname.split('/').map(decodeURIComponent)).toEqual(['', 'a', id, 'b', other]);
        expect([...url.searchParams]).toEqual([['path', path]]);
        expect(url.hash).toBe('');
      }),
    );
  });

  it('leaves out what is undefined, not what is empty or nought', () => {
    expect(pathOf('/a', {}, { x: undefined })).toBe('/a');
    expect(pathOf('/a', {}, { x: '', y: 0, z: false, u: undefined })).toBe('/a?x=&y=0&z=false');
  });
});

describe('call', () => {
  it('brings method, path, query and JSON; the token in its header alone', async () => {
    const { host, client } = await setUp({ status: 200, body: { entries: [] } });
    expect(await client.call(readAudit, { query: { container: 'a b' } })).toEqual({ entries: [] });
    await failureOf(client.call(makeFolder, { params: { id: 'v/1' }, body: { path: 'grüße' } }));
    const [get, post] = host.asked;
    expect([get?.method, get?.path, get?.body]).toEqual(['GET', '/audit?container=a+b', '']);
    expect(get?.headers['content-type']).toBeUndefined();
    expect([post?.method, post?.path]).toEqual(['POST', '/volumes/v%2F1/folders']);
    expect(post?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(post?.body ?? '')).toEqual({ path: 'grüße' });
    for (const { path, body, headers } of host.asked) {
      expect(headers).toMatchObject({ authorization: `Bearer ${token}`, accept: vendorType });
      expect(path + body).not.toContain(token);
    }
    const upload = client.request('/volumes/v/content');
    expect(upload.url).toBe(`${host.url}/volumes/v/content`);
    expect(upload.headers).toEqual({ authorization: `Bearer ${token}`, accept: vendorType });
  });

  it('takes 204 for nothing', async () => {
    const { client } = await setUp({ status: 204 });
    expect(await client.call(deleteVolume, { params: { id: 'v' } })).toBeUndefined();
  });

  it.each([
    [{ status: 409, body: { error: 'The server runs. Stop it first.' } }, 'The server runs. Stop it first.'],
    [{ status: 502, body: '<html>Bad gateway</html>' }, 'The host answered 502.'],
    [{ status: 500, body: { problem: 1 } }, 'The host answered 500.'],
    [{ status: 500, body: '' }, 'The host answered 500.'],
    [{ status: 403, body: '{"error":"half', cut: true }, 'The host answered 403.'],
  ])('tells a failure in words: %j', async (answer, strings) => {
    const { client, state } = await setUp(answer);
    const failure = await failureOf(client.call(ping, {}));
    expect([failure.status, failure.message, failure.name]).toEqual([answer.status, strings, 'ApiError']);
    expect(state.refusals).toBe(0);
  });

  it.each([[{ ...pong, version: 7 }], ['<!doctype html>'], [''], [[]]])(
    'tells in words that an answer does not fit: %j',
    async (body) => {
      const { client } = await setUp({ status: 200, body });
      const failure = await failureOf(client.call(ping, {}));
      expect([failure.status, failure.message]).toEqual([200, expect.stringMatching(/another version/)]);
    },
  );

  it('tells in words, with status 0, that the host is not there, or broke off', async () => {
    const { host, client } = await setUp({ status: 200, body: JSON.stringify(pong), cut: true });
    const broken = await failureOf(client.call(ping, {}));
    expect([broken.status, broken.message]).toEqual([0, expect.stringMatching(/connection broke/)]);
    host.close();
    const gone = await failureOf(client.call(ping, {}));
    expect([gone.status, gone.message]).toEqual([0, expect.stringMatching(/can’t be reached/)]);
  });

  it('says in another language what the host says, and what it says itself', async () => {
    const { host } = await setUp({ status: 409, body: { error: 'It runs.' } });
    const client = new HttpClient({
      connection: () => ({ url: host.url, token }),
      words: (english) => `auf Deutsch: ${english}`,
    });
    expect((await failureOf(client.call(ping, {}))).message).toBe('auf Deutsch: It runs.');
    host.close();
    expect((await failureOf(client.call(ping, {}))).message).toMatch(/^auf Deutsch: The host can’t/);
  });

  it('refuses to ask for nobody', async () => {
    const { host, client, state } = await setUp({ status: 200, body: pong });
    state.isSignedIn = false;
    expect((await failureOf(client.call(ping, {}))).status).toBe(401);
    expect(host.asked).toEqual([]);
    expect(state.refusals).toBe(0);
  });
});

describe('a call that is given up rejects with the reason', () => {
  it('before it was answered', async () => {
    const { host, client } = await setUp({ status: 200, body: pong });
    const abort = new AbortController();
    const reason = new Error('left the page');
    host.answer = () => {
      abort.abort(reason);
      return { status: 200, body: pong };
    };
    await expect(client.call(ping, { signal: abort.signal })).rejects.toBe(reason);
    await expect(client.call(ping, { signal: abort.signal })).rejects.toBe(reason);
  });

  it.each([200, 500])('in the middle of the answer (%i)', async (status) => {
    const { host, client } = await setUp({ status, body: '{"half', stay: true });
    const abort = new AbortController();
    const reason = new Error('left the page');
    const call = client.call(ping, { signal: abort.signal });
    // The page most likely has the half by then; it must not matter.
    host.onHalf = () => setTimeout(() => abort.abort(reason), 20);
    await expect(call).rejects.toBe(reason);
  });
});

describe('401', () => {
  it('is told once, however many calls were under way', async () => {
    const { client, state } = await setUp({ status: 401, body: { error: 'Token expired' } });
    const calls = Array.from({ length: 5 }, () => failureOf(client.call(ping, {})));
    for (const failure of await Promise.all(calls))
      expect([failure.status, failure.message]).toEqual([401, 'Token expired']);
    expect(state.refusals).toBe(1);
  });

  it('says nothing against a token that was renewed meanwhile', async () => {
    const { host, client, state } = await setUp({ status: 401 });
    host.answer = () => {
      state.token = 'lightd_renewed';
      return { status: 401, body: { error: 'Token expired' } };
    };
    await failureOf(client.call(ping, {}));
    expect(state.refusals).toBe(0);
  });
});

it('what did not go by fetch is refused in the same way: in the host’s words, and one of the token ends the session', async () => {
  const { client, state } = await setUp({ status: 204 });
  expect(client.refusal(507, { error: 'The volume is full.' })).toMatchObject({
    status: 507,
    message: 'The volume is full.',
  });
  expect(client.refusal(502, null).message).toBe('The host answered 502.');
  expect(state.refusals).toBe(0);
  expect(client.refusal(401, { error: 'No.' }).status).toBe(401);
  expect(state.refusals).toBe(1);
});

it('a host that takes too long is as good as away; what is told of it can be said otherwise', async () => {
  const { host } = await setUp({ status: 200, body: pong });
  const connection = () => ({ url: host.url, token });
  const client = new HttpClient({ connection, answerMs: 50, unreachable: 'Gone.' });
  host.answer = () => new Promise(() => {});
  const failure = await failureOf(client.call(ping, {}));
  expect([failure.status, failure.message]).toEqual([0, 'Gone.']);
  host.answer = () => ({ status: 200, body: pong, stay: true });
  // Long enough for the half that comes, on a busy machine too.
  const patient = new HttpClient({ connection, answerMs: 2000 });
  expect((await failureOf(patient.call(ping, {}))).message).toMatch(/connection broke/);
  // Whoever asked can still give up before.
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(client.call(ping, { signal })).rejects.toThrow('enough');
});

it('the token is taken to nobody else: a redirect is not followed', async () => {
  const other = own(await new TestHost().open());
  const { host, client } = await setUp({ status: 200 });
  host.redirect = `${other.url}/ping`;
  expect((await failureOf(client.call(ping, {}))).status).toBe(0);
  expect(other.asked).toEqual([]);
});

describe('a connection that breaks, as browsers do to all requests when a container starts', () => {
  const connect = async (breaks: number, pauses = [1, 1, 1]) => {
    const host = own(await new TestHost().open());
    let left = breaks;
    host.answer = () => ({ status: 200, body: left-- > 0 ? '{"half' : pong, cut: left >= 0 });
    return { host, client: new HttpClient({ connection: () => ({ url: host.url, token }), pauses }) };
  };

  it('what only reads is asked again', async () => {
    const { host, client } = await connect(3);
    expect(await client.call(ping, {})).toEqual(pong);
    expect(host.asked.map(({ headers }) => headers['idempotency-key'])).toEqual(Array(4).fill(undefined));
  });

  it('what changes something is asked again under the same key, and another call has another', async () => {
    const { host, client } = await connect(2);
    const folder = () => failureOf(client.call(makeFolder, { params: { id: 'v' }, body: { path: 'a' } }));
    await folder();
    await folder();
    const sent = host.asked.map(({ headers }) => headers);
    expect(sent.map((headers) => headers['idempotency-attempt'])).toEqual([undefined, '2', '3', undefined]);
    const keys = sent.map((headers) => headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect([keys[1], keys[2], keys[3] === keys[0]]).toEqual([keys[0], keys[0], false]);
  });

  it('whoever is asked again learns whom the first try was meant for', async () => {
    const { host, client } = await connect(0);
    await client.call(ping, {});
    host.answer = () => ({ status: 200, body: '{', cut: true });
    await failureOf(client.call(makeFolder, { params: { id: 'v' }, body: { path: 'a' } }));
    expect(host.asked.map(({ headers }) => headers['idempotency-host'])).toEqual([
      undefined,
      undefined,
      ...Array(3).fill(startOfTestHost),
    ]);
  });

  it('files too; and in the end it is told', async () => {
    const { host, client } = await connect(99);
    expect((await failureOf(client.call(ping, {}))).message).toMatch(/connection broke/);
    expect(host.asked).toHaveLength(4);
    host.close();
    expect((await failureOf(client.fetch('/file', { method: 'PUT', body: 'x' }))).status).toBe(0);
  });

  it('a refusal is none, and who gives up waits for no further try', async () => {
    const { host, client } = await connect(99, [60_000]);
    const abort = new AbortController();
    host.answer = () => {
      setTimeout(() => abort.abort(new Error('enough')), 5);
      return { status: 200, body: '{', cut: true };
    };
    await expect(client.call(ping, { signal: abort.signal })).rejects.toThrow('enough');
    host.answer = () => ({ status: 503, body: { error: 'Docker is away.' } });
    expect((await failureOf(client.call(ping, {}))).message).toBe('Docker is away.');
  });
});
