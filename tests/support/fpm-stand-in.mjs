#!/usr/bin/env node
// Stands in for fpm in tests of the deb: electron-builder calls it with fpm's arguments, Debian's own dpkg-deb makes the package. Releases use the real one.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const withoutValue = new Set(['--force', '--debug']);
const options = new Map();
/** `SOURCE=PATH IN THE PACKAGE`; the first is the app's folder. */
const contents = [];
const words = process.argv.slice(2);
while (words.length > 0) {
  const word = words.shift();
  if (withoutValue.has(word)) continue;
  if (!word.startsWith('-')) contents.push(word);
  else options.set(word, [...(options.get(word) ?? []), words.shift()]);
}
const one = (name) => options.get(name)?.[0] ?? '';

function place(tree, entry) {
  const at = entry.lastIndexOf('=');
  const [source, target] = [entry.slice(0, at), join(tree, entry.slice(at + 1))];
  mkdirSync(dirname(target), { recursive: true });
  const isFolder = source.endsWith('/');
  execFileSync('cp', [...(isFolder ? ['-al'] : ['-L']), '-T', source, target]);
  if (!isFolder) chmodSync(target, 0o644);
}

function control() {
  const [summary, ...rest] = one('--description')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const fields = [
    ['Package', one('--name')],
    ['Version', one('--version')],
    ['Architecture', one('--architecture')],
    ['Maintainer', one('--maintainer')],
    ['Homepage', one('--url')],
    ['Section', one('--category')],
    ['Priority', one('--deb-priority')],
    ['Depends', (options.get('-d') ?? []).join(', ')],
    ['Recommends', (options.get('--deb-recommends') ?? []).join(', ')],
    ['Description', [summary, ...rest.map((line) => ` ${line}`)].join('\n')],
  ];
  return fields.map(([name, value]) => `${name}: ${value}\n`).join('');
}

if (one('-t') !== 'deb') throw new Error('only a deb can be made by this');
const tree = mkdtempSync(join(tmpdir(), 'lightdeck-test-deb-'));
try {
  chmodSync(tree, 0o755);
  for (const entry of contents) place(tree, entry);
  const scripts = join(tree, 'DEBIAN');
  mkdirSync(scripts);
  writeFileSync(join(scripts, 'control'), control());
  for (const [name, option] of [
    ['postinst', '--after-install'],
    ['postrm', '--after-remove'],
  ])
    if (one(option)) writeFileSync(join(scripts, name), readFileSync(one(option)), { mode: 0o755 });
  // Packed it would take most of the test's time.
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '-b', tree, one('--package')], {
    stdio: 'ignore',
  });
} finally {
  rmSync(tree, { recursive: true, force: true });
}
