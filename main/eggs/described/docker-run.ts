import { quoted } from '../parse/notes.ts';
import { shellWords } from '../shell-words.ts';
import { Described, refusals } from './described.ts';
import { refuseText } from './refuse-text.ts';

const short: Readonly<Record<string, string>> = {
  d: 'detach',
  i: 'interactive',
  t: 'tty',
  e: 'env',
  p: 'publish',
  v: 'volume',
  m: 'memory',
  u: 'user',
  w: 'workdir',
  h: 'hostname',
  l: 'label',
  P: 'publish-all',
  c: 'cpu-shares',
  a: 'attach',
  q: 'quiet',
};
/** Flags without a value. */
const bare = [
  'detach',
  'interactive',
  'tty',
  'rm',
  'init',
  'privileged',
  'read-only',
  'publish-all',
  'quiet',
  'no-healthcheck',
  'oom-kill-disable',
  'sig-proxy',
  'disable-content-trust',
];
/** What is done here anyhow, or doesn't matter. */
const idle = [
  'detach',
  'interactive',
  'init',
  'quiet',
  'attach',
  'pull',
  'log-driver',
  'log-opt',
  'restart',
  'sig-proxy',
  'disable-content-trust',
  'rm',
];

/** E9: a `docker run` line as a server. Throws LightdeckError `invalid` where it is none. */
export function readDockerRun(text: string): Described {
  const words = shellWords(text.trim());
  if (words === null) refuseText('a quote in it is not closed.');
  const start = words.findIndex(
    (word, at) => word === 'run' && /^(docker|podman|container)$/.test(words[at - 1] ?? ''),
  );
  if (start < 0) refuseText('it is no docker run line.');
  const found = new Described();
  let at = start + 1;
  for (; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('-') || word === '-') break;
    if (word === '--') {
      at += 1;
      break;
    }
    if (takeFlag(found, word, words[at + 1])) at += 1;
  }
  found.image = words[at] ?? '';
  found.command = words.slice(at + 1);
  return found;
}

/** True if the next word was its value. */
function takeFlag(found: Described, word: string, next: string | undefined): boolean {
  if (word.startsWith('--')) {
    const [name = '', ...value] = word.slice(2).split('=');
    if (bare.includes(name)) {
      if (value[0] !== 'false') setOption(found, name, '');
      return false;
    }
    setOption(found, name, value.length > 0 ? value.join('=') : (next ?? ''));
    return value.length === 0;
  }
  // Letters together: all but the last have no value.
  for (const [index, letter] of [...word.slice(1)].entries()) {
    const name = short[letter] ?? letter;
    if (bare.includes(name)) {
      setOption(found, name, '');
      continue;
    }
    const rest = word.slice(index + 2);
    setOption(found, name, rest === '' ? (next ?? '') : rest.replace(/^=/, ''));
    return rest === '';
  }
  return false;
}

function setOption(found: Described, name: string, value: string): void {
  if (idle.includes(name)) return;
  const why = refusals[name];
  if (why !== undefined) {
    found.refuse(`--${name}`, why);
    return;
  }
  switch (name) {
    case 'env':
      found.variable(value);
      return;
    case 'publish':
      found.port(value);
      return;
    case 'volume':
      found.volume(value);
      return;
    case 'mount':
      takeMount(found, value);
      return;
    case 'memory':
      found.memoryLimit(value);
      return;
    case 'cpus':
      found.cpuLimit(value);
      return;
    case 'stop-signal':
      found.stopSignal(value);
      return;
    case 'stop-timeout':
      found.stopTimeout(value);
      return;
    case 'user':
      found.runAs(value);
      return;
    case 'network':
    case 'net':
      found.network(value);
      return;
    case 'name':
      found.name = value.slice(0, 128) || null;
      return;
    case 'tty':
      found.tty = true;
      return;
    case 'read-only':
      found.readOnly = true;
      return;
    default:
      found.note(`${quoted(`--${name}`)}${value === '' ? '' : ` (${quoted(value)})`} is not used here.`);
      return;
  }
}

function takeMount(found: Described, text: string): void {
  const parts = new Map(
    text.split(',').map((part) => [part.split('=')[0] ?? '', part.split('=').slice(1).join('=')] as const),
  );
  const target = parts.get('target') ?? parts.get('dst') ?? parts.get('destination') ?? '';
  const source = parts.get('source') ?? parts.get('src');
  if (parts.get('type') === 'tmpfs') {
    found.note(`${quoted(target)} in memory is not used here.`);
    return;
  }
  found.volume(source === undefined ? target : `${source}:${target}`);
}
