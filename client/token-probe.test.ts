import { expect, it } from 'vitest';
import { vendorType } from '../shared/http/route.ts';
import { own } from '../tests/support/cleanup.ts';
import { type Answer, TestHost } from './test-host.test-helper.ts';
import { probeToken, tokenRefusal } from './token-probe.ts';

const token = 'lightd_a';

async function openHost(answer: Answer): Promise<TestHost> {
  const host = own(await new TestHost().open());
  host.answer = () => answer;
  return host;
}

it.each([
  [{ status: 401 }, /does not accept this token/],
  [{ status: 403 }, /containers\.read/],
])('is a refusal: %j', async (answer, words) => {
  const { url } = await openHost(answer);
  expect(await tokenRefusal({ url, token })).toMatch(words);
});

it.each([{ status: 200 }, { status: 429 }, { status: 503 }])('is no refusal: %j', async (answer) => {
  const { url } = await openHost(answer);
  expect(await tokenRefusal({ url, token })).toBeNull();
});

it('tells what was answered, and shows the token in the header alone', async () => {
  const host = await openHost({ status: 401, body: { error: 'Token expired' } });
  expect(await probeToken({ url: host.url, token })).toEqual({
    status: 401,
    isLightdeck: false,
    error: 'Token expired',
  });
  const [{ path, headers } = { path: '', headers: {} }] = host.asked;
  expect(path).toBe('/containers');
  expect(headers).toMatchObject({ authorization: `Bearer ${token}`, accept: vendorType });
  host.answer = () => ({ status: 200, body: { containers: [] } });
  expect(await probeToken({ url: host.url, token })).toEqual({
    status: 200,
    isLightdeck: false,
    error: null,
  });
});

it('tells nothing where nobody answers, or not in time', async () => {
  const host = await openHost({ status: 200 });
  host.answer = () => new Promise(() => {});
  expect(await probeToken({ url: host.url, token }, 50)).toBeNull();
  host.close();
  expect(await probeToken({ url: host.url, token })).toBeNull();
  expect(await tokenRefusal({ url: host.url, token })).toBeNull();
});
