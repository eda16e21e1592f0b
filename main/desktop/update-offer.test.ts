import { expect, test } from 'vitest';
import { until } from '../../tests/support/until.ts';
import { offerUpdate } from './update-offer.ts';

function open({ says = true, soonMs = 60_000 } = {}) {
  const done: string[] = [];
  let settle = (_isVisible: boolean): void => {};
  const visible = new Promise<boolean>((resolve) => {
    settle = resolve;
  });
  const options = {
    shown: () => visible,
    notify: (text: string) => void done.push(`notify ${text}`),
    show: () => {},
    confirm: async (text: string) => {
      done.push(`ask ${text}`);
      return says;
    },
    install: () => void done.push('install'),
    soonMs,
  };
  return { done, options, settle: (isVisible: boolean) => settle(isVisible) };
}
const news = (install: (() => void) | null) => ({ version: '2.0.0', text: 'There is 2.0.0.', install });

test('where nothing can be installed it is told, and nothing is asked', async () => {
  const { done, options } = open();
  await offerUpdate(news(null), options);
  expect(done).toEqual(['notify There is 2.0.0.']);
});

test.each([
  [true, ['ask There is 2.0.0.', 'install']],
  [false, ['ask There is 2.0.0.']],
])('it is asked once the window is on the screen: %s', async (says, calls) => {
  const { done, options, settle } = open({ says });
  const offered = offerUpdate(
    news(() => {}),
    options,
  );
  await new Promise((resolve) => setImmediate(resolve));
  expect(done).toEqual([]);
  settle(true);
  await offered;
  expect(done).toEqual(calls);
});

test('an app without a window says that something waits, and asks when there is one', async () => {
  const { done, options, settle } = open({ soonMs: 1 });
  const offered = offerUpdate(
    news(() => {}),
    options,
  );
  await until(() => done.length === 1);
  expect(done[0]).toMatch(/^notify A new version/);
  settle(true);
  await offered;
  expect(done.slice(1)).toEqual(['ask There is 2.0.0.', 'install']);
});

test('an app that ends meanwhile asks nothing', async () => {
  const { done, options, settle } = open();
  const offered = offerUpdate(
    news(() => {}),
    options,
  );
  settle(false);
  await offered;
  expect(done).toEqual([]);
});
