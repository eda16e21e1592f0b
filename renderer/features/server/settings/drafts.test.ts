import { describe, expect, it } from 'vitest';
import { type Draft, edited, keptMine, look, SettingsDrafts, taken } from './drafts.ts';

interface Values {
  name: string;
  tty: boolean;
}
const saved: Values = { name: 'a', tty: true };

describe('a draft of settings', () => {
  it('lies over what is saved, and is none when it is typed back', () => {
    const draft = edited(saved, undefined, { name: 'b' });
    expect(look(saved, draft)).toEqual({ values: { name: 'b', tty: true }, changed: ['name'], clashes: [] });
    expect(edited(saved, draft, { name: 'a' })).toBeUndefined();
  });

  it('what somebody else changed meanwhile in another field is there, and is no clash', () => {
    const draft = edited(saved, undefined, { name: 'b' });
    expect(look({ name: 'a', tty: false }, draft)).toEqual({
      values: { name: 'b', tty: false },
      changed: ['name'],
      clashes: [],
    });
  });

  it('the same field changed by two is told with both values, until one is chosen', () => {
    const draft: Draft<Values> | undefined = edited(saved, undefined, { name: 'b' });
    const now = { name: 'c', tty: true };
    expect(look(now, draft).clashes).toEqual([{ field: 'name', mine: 'b', theirs: 'c' }]);
    // Typing on doesn't lay it aside.
    const more = edited(now, draft, { name: 'bb' });
    expect(look(now, more).clashes).toEqual([{ field: 'name', mine: 'bb', theirs: 'c' }]);
    if (!more) throw new Error('no draft');
    expect(look(now, keptMine(now, more, 'name'))).toMatchObject({ changed: ['name'], clashes: [] });
    expect(taken(more, 'name')).toBeUndefined();
    // Both typed the same: nothing is left to do.
    expect(look({ name: 'bb', tty: true }, more)).toMatchObject({ changed: [], clashes: [] });
  });
});

describe('drafts of settings', () => {
  it('are kept by server, ask before the window closes, and are at most eight', () => {
    const window = new EventTarget();
    const closes = (): boolean => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }));
    const drafts = new SettingsDrafts(window);
    expect(closes()).toBe(false);
    const one = { mine: { size: '2 GiB' }, base: { size: '1 GiB' } };
    for (let index = 0; index < 9; index++) drafts.set(`s${index}`, 'disk', one);
    expect(closes()).toBe(true);
    expect(drafts.of('s0')).toEqual({});
    expect(drafts.of('s8')).toEqual({ disk: one });
    drafts.set('s8', 'disk', undefined);
    expect(drafts.of('s8')).toEqual({});
    drafts.dropAll();
    expect([drafts.store.getState().size, closes()]).toEqual([0, false]);
  });
});
