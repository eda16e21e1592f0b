import { expect, test } from 'vitest';
import { until } from '../../tests/support/until.ts';
import { Gate } from './gate.ts';

function tracedGate() {
  const told: string[] = [];
  const say = (word: string) => async () => void told.push(word);
  return { told, gate: new Gate({ enter: say('enter'), leave: say('leave') }) };
}

test('what takes long makes way for who wants to be alone, and goes on after them', async () => {
  const { told, gate } = tracedGate();
  let mayGoOn = (): void => {};
  const held = new Promise<void>((resolve) => {
    mayGoOn = resolve;
  });
  const long = gate.together(async (makeWay) => {
    await makeWay();
    told.push('first part');
    await held;
    await makeWay();
    told.push('second part');
  });
  await until(() => told.includes('first part'), { what: 'the first part' });
  const alone = gate.alone(async () => void told.push('alone'));
  const late = gate.together(async () => void told.push('late'));
  // Who waits is at the door after a turn of the loop.
  await new Promise(setImmediate);
  expect(told).toEqual(['enter', 'first part']);
  mayGoOn();
  await Promise.all([long, alone, late]);
  expect(told.slice(0, 5)).toEqual(['enter', 'first part', 'leave', 'enter', 'alone']);
  expect(told.slice(5)).toEqual(expect.arrayContaining(['late', 'second part']));
  expect(told.at(-1)).toBe('leave');
});

test('one that can not come back in ends, and the next one comes in as if it had left', async () => {
  let isShut = false;
  const gate = new Gate({
    enter: async () => {
      if (isShut) throw new Error('shut');
    },
    leave: async () => {},
  });
  let mayGoOn = (): void => {};
  const held = new Promise<void>((resolve) => {
    mayGoOn = resolve;
  });
  const long = gate.together(async (makeWay) => {
    await held;
    await makeWay();
  });
  await new Promise(setImmediate);
  const alone = gate.alone(async () => {
    isShut = true;
  });
  await new Promise(setImmediate);
  mayGoOn();
  await alone;
  await expect(long).rejects.toThrow('shut');
  isShut = false;
  expect(await gate.alone(async () => 'in')).toBe('in');
});
