import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { resolvePage, servePage } from './app-page.ts';

describe('the app:// page', () => {
  test.each([
    ['app://local/', '/page/index.html'],
    ['app://local/index.html?a=1#b', '/page/index.html'],
    ['app://local/assets/a%20b.js', '/page/assets/a b.js'],
    ['app://local/../../etc/passwd', '/page/etc/passwd'],
  ])('%s is %s', (address, file) => {
    expect(resolvePage('/page', address)).toBe(file);
  });

  test.each([
    'app://local/..%2f..%2fetc/passwd',
    'app://local/..%5c..%5cwindows',
    'app://local/a%00.html',
    'app://local/%zz',
    'app://other/index.html',
    'https://local/index.html',
  ])('%s is refused', (address) => {
    expect(resolvePage('/page', address)).toBeNull();
  });

  test('comes with a policy that lets it connect to this host alone', async () => {
    const folder = join(tempDir(), 'page');
    mkdirSync(folder);
    writeFileSync(join(folder, 'index.html'), '<p>hello');
    const page = await servePage(folder, 'http://127.0.0.1:8070', 'app://local/');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain(
      "connect-src 'self' http://127.0.0.1:8070 ws://127.0.0.1:8070;",
    );
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await servePage(folder, 'http://127.0.0.1:8070', 'app://local/none.js')).status).toBe(404);
    const deep = await servePage(folder, 'http://127.0.0.1:8070', 'app://local/servers/a/files');
    expect(await deep.text()).toBe('<p>hello');
  });
});
