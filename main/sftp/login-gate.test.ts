import { expect, onTestFinished, test, vi } from 'vitest';
import { LoginGate } from './login-gate.ts';
import { newPassword, PasswordHasher } from './password.ts';

const login = { server: 's', username: 'u', password: 'hash', created_at: 0, updated_at: 0 };

function gate(verify: () => Promise<typeof login | null>, now = () => 0): LoginGate {
  vi.useFakeTimers();
  const made = new LoginGate({ accounts: { verify }, now });
  onTestFinished(() => {
    made.close();
    vi.useRealTimers();
  });
  return made;
}

async function fail(made: LoginGate, address: string): Promise<void> {
  const attempt = made.attempt('u', 'p', address);
  await vi.advanceTimersByTimeAsync(3000);
  expect(await attempt).toBeNull();
}

test('A13 a failure is answered after three seconds, counted from its beginning', async () => {
  const made = gate(() => new Promise((resolve) => setTimeout(() => resolve(null), 1000)));
  let answered = false;
  void made.attempt('u', 'p', '10.0.0.1').then(() => {
    answered = true;
  });
  await vi.advanceTimersByTimeAsync(2999);
  expect(answered).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(answered).toBe(true);
});

test('A13 nobody else waits for the delay of a failure', async () => {
  let right = false;
  const made = gate(async () => (right ? login : null));
  let answered = false;
  const failing = made.attempt('u', 'p', '10.0.0.1').then(() => {
    answered = true;
  });
  right = true;
  expect(await made.attempt('u', 'p', '10.0.0.1')).toBe(login);
  expect(answered).toBe(false);
  await vi.advanceTimersByTimeAsync(3000);
  await failing;
});

test('A13 after 20 failures in a minute an address is not even looked at; others and later ones are', async () => {
  let looked = 0;
  let right = false;
  let time = 0;
  const made = gate(
    async () => {
      looked += 1;
      return right ? login : null;
    },
    () => time,
  );
  for (let n = 0; n < 20; n += 1) await fail(made, '10.0.0.1');
  right = true;
  await fail(made, '10.0.0.1');
  await fail(made, '::ffff:10.0.0.1');
  expect(looked).toBe(20);
  expect(await made.attempt('u', 'p', '10.0.0.2')).toBe(login);
  time = 61_000;
  expect(await made.attempt('u', 'p', '10.0.0.1')).toBe(login);
});

test('A13 nobody can lock the machine itself out', async () => {
  let right = false;
  const made = gate(async () => (right ? login : null));
  for (let n = 0; n < 25; n += 1) await fail(made, '127.0.0.1');
  right = true;
  expect(await made.attempt('u', 'p', '127.0.0.1')).toBe(login);
});

test('A13 passwords are hashed with a salt of their own, and an unknown user is never right', async () => {
  const hasher = new PasswordHasher();
  const password = newPassword();
  const [one, two] = await Promise.all([hasher.hash(password), hasher.hash(password)]);
  expect(one).not.toBe(two);
  expect(one).toMatch(/^scrypt:32768:8:1:[0-9a-f]{32}:[0-9a-f]{64}$/);
  const checks = await Promise.all([
    hasher.verify(password, one),
    hasher.verify(`${password} `, one),
    hasher.verify('', one),
    hasher.verify(password, null),
  ]);
  expect(checks).toEqual([true, false, false, false]);
});

test('A13 an unknown user takes as long as a wrong password', async () => {
  const hasher = new PasswordHasher();
  const hash = await hasher.hash('right');
  /** Work of the processor, all threads, in µs: on a busy machine the time by the clock says nothing. */
  const work = async (stored: string | null): Promise<number> => {
    const before = process.cpuUsage();
    await hasher.verify('wrong', stored);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const best = async (stored: string | null): Promise<number> =>
    Math.min(await work(stored), await work(stored));
  const [known, unknown] = [await best(hash), await best(null)];
  expect(unknown).toBeGreaterThan(known / 3);
  expect(known).toBeGreaterThan(unknown / 3);
});
