import { afterEach, describe, expect, test } from 'vitest';
import type { ServerSummary } from '../../shared/model/host.ts';
import { speak } from '../../shared/texts/messages.ts';
import { summary } from './desktop.test-helper.ts';
import { quitQuestion, stopAllQuestion } from './end-questions.ts';
import german from './texts/shell-strings.de.json';

afterEach(() => speak({ locale: 'en', rooms: null }));

const server = (name: string, online: number | null): ServerSummary =>
  summary({ internal_id: name, name, players: online === null ? null : { online, max: 20 } });

describe('the questions before servers stop', () => {
  test('say who plays where, the fullest server first', () => {
    const servers = [server('Lobby', 1), server('Empty', 0), server('Survival', 2), server('Unknown', null)];
    const { message, detail, buttons } = quitQuestion(servers);
    expect(message).toBe('4 servers are running.');
    expect(detail?.split('\n').slice(1)).toEqual([
      '',
      '2 players are on Survival.',
      'One player is on Lobby.',
    ]);
    expect(buttons).toEqual(['Leave running', 'Stop first', 'Cancel']);
    const stop = stopAllQuestion(servers.length, servers);
    expect(stop.message).toBe('Stop 4 servers?');
    expect(stop.detail).toContain('2 players are on Survival.');
    // The list has gone meanwhile, the wish has not.
    expect(stopAllQuestion(3, []).message).toBe('Stop 3 servers?');
  });

  test('say nothing where nobody plays, or nobody knows; also of an older host', () => {
    const { detail } = quitQuestion([server('Empty', 0), server('Unknown', null), summary()]);
    expect(detail).not.toContain('\n');
    expect(detail).not.toContain('player');
  });

  test('have a bound, and a name stays in its line', () => {
    const many = Array.from({ length: 8 }, (_, i) => server(`s${i}`, i + 1));
    const lines = quitQuestion(many).detail?.split('\n') ?? [];
    expect(lines).toHaveLength(8);
    expect(lines.at(-1)).toBe('6 players are on 3 other servers.');
    expect(stopAllQuestion(1, [server('a\nb\u202e', 1)]).detail).toContain('One player is on a b.');
  });

  test('in German', () => {
    speak({ locale: 'de-DE', rooms: { 'main/desktop/shell-strings': german } });
    expect(quitQuestion([server('Survival', 2)]).detail).toContain('2 Spieler sind auf Survival.');
  });
});
