import { afterEach, expect, test } from 'vitest';
import { hostText } from './host-text.ts';
import { speak } from './messages.ts';

const english = (): void => speak({ locale: 'en', rooms: null });
const german = (host: Record<string, string>): void => speak({ locale: 'de', rooms: { host } });
afterEach(english);

test('what the host says is given back as it is in English', () => {
  expect(hostText('The port {port} is taken')).toBe('The port {port} is taken');
});

test('in German sentences are found as they are, and with something in them, whose parts are translated, too', () => {
  german({
    'It runs': 'Es läuft',
    'must be at least {least} {what} long': 'mindestens {least} {what}',
    characters: 'Zeichen',
    '{what}: (again)': '{what}: (noch einmal)',
  });
  expect(hostText('It runs')).toBe('Es läuft');
  expect(hostText('must be at least 5 characters long')).toBe('mindestens 5 Zeichen');
  expect(hostText('It runs: (again)')).toBe('Es läuft: (noch einmal)');
  expect(hostText('Two\nlines: (again)')).toBe('Two\nlines: (noch einmal)');
  expect(hostText('It runs: again')).toBe('It runs: again');
});

test('parts may be sentences with something in them, and the sentence with the most words of its own is taken', () => {
  german({
    'it failed: {why}': 'fehlgeschlagen: {why}',
    'port {port} is taken': 'Port {port} ist belegt',
    '{what}: {why}': '{what} – {why}',
  });
  expect(hostText('it failed: port 80 is taken')).toBe('fehlgeschlagen: Port 80 ist belegt');
  expect(hostText('one more: port 80 is taken')).toBe('one more – Port 80 ist belegt');
});

test('{count} is a number alone, which a plural may be made of', () => {
  german({ '{count} days': '{count, plural, one {ein Tag} other {{count} Tage}}', 'in {when}': 'in {when}' });
  expect(hostText('in 1 days')).toBe('in ein Tag');
  expect(hostText('in 12 days')).toBe('in 12 Tage');
  expect(hostText('these days')).toBe('these days');
});

test('with other texts nothing of those before is said', () => {
  german({ 'a {b}': 'eins {b}' });
  expect(hostText('a 1')).toBe('eins 1');
  german({ 'a {b}': 'zwei {b}' });
  expect(hostText('a 1')).toBe('zwei 1');
});

test('braces in what the host says are no message', () => {
  german({ 'a {b}': 'eins {b}' });
  expect(hostText('a {c, plural')).toBe('eins {c, plural');
});

test('a name that is put in stays, also when it says what we say', () => {
  german({ Running: 'Läuft', '{name} is gone: {why}': '{name} ist weg: {why}' });
  expect(hostText('Running is gone: Running')).toBe('Running ist weg: Läuft');
});

test('a field stays before its problem', () => {
  german({ 'must be more than {than}': 'mehr als {than}' });
  expect(hostText('limits.cpu: must be more than 0')).toBe('limits.cpu: mehr als 0');
  expect(hostText('limits.cpu: is odd')).toBe('limits.cpu: is odd');
});

test('what is known behind a field is looked for before sentences that have little of their own', () => {
  german({
    'nobody plays on {server}': 'niemand spielt auf {server}',
    '{port} on {address}': '{port} auf {address}',
    '{first}; {second}': '{first}; {second}',
    'it waits; try again': 'wartet; noch einmal',
    'Warning: {what} is old': 'Achtung: {what} ist alt',
  });
  expect(hostText('when.empty: nobody plays on a')).toBe('when.empty: niemand spielt auf a');
  expect(hostText('Accept-Type: it waits; try again')).toBe('Accept-Type: wartet; noch einmal');
  expect(hostText('Warning: a is old')).toBe('Achtung: a ist alt');
  expect(hostText('80 on home')).toBe('80 auf home');
});
