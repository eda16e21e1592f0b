import { expect, test } from 'vitest';
import { openableUrl } from './openable-url.ts';

test('https addresses, as a browser writes them', () => {
  expect(openableUrl('https://example.org/a b?c#d')).toBe('https://example.org/a%20b?c#d');
  expect(openableUrl('HTTPS://EXAMPLE.org')).toBe('https://example.org/');
});

test.each([
  'http://example.org',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'https://user:secret@example.org',
  'smb://share/x',
  'ms-settings:',
  '/servers/a',
  '',
  `https://example.org/${'x'.repeat(5000)}`,
])('%s is not opened', (text) => {
  expect(openableUrl(text)).toBeNull();
});
