import { child, scalarText, type TreeBounds, TreeError, type TreeNode } from '../data/tree.ts';
import { parseYaml } from '../data/yaml.ts';
import { quoted } from '../parse/notes.ts';
import { shellWords } from '../shell-words.ts';
import { Described, refusals } from './described.ts';
import { refuseText } from './refuse-text.ts';

const bounds: TreeBounds = { depth: 32, nodes: 10_000 };
const idle = [
  'restart',
  'logging',
  'stdin_open',
  'init',
  'pull_policy',
  'depends_on',
  'labels',
  'extra_hosts',
  'image',
  'networks',
  'deploy',
];

/** E9: one service of a compose file as a server; `service` says which where there are several. Throws LightdeckError `invalid` where there is none. */
export function readCompose(text: string, service: string | undefined): Described {
  const services = child(parse(text), 'services');
  if (services?.kind !== 'map' || services.entries.length === 0) refuseText('it has no services.');
  const names = services.entries.map(({ key }) => key);
  if (service === undefined && names.length > 1)
    refuseText(`it has several services (${names.slice(0, 20).map(quoted).join(', ')}); say which one.`);
  const name = service ?? names[0] ?? '';
  const node = child(services, name);
  if (node?.kind !== 'map') refuseText(`it has no service ${quoted(name)}.`);
  const found = new Described();
  found.name = name.slice(0, 128);
  found.image = scalarText(child(node, 'image')) ?? '';
  for (const { key, node: value } of node.entries) take(found, key, value);
  limits(found, node);
  if (names.length > 1)
    found.note(`Of ${names.length} services ${quoted(name)} was taken; the others are servers of their own.`);
  return found;
}

function parse(text: string): TreeNode {
  try {
    return parseYaml(text, bounds);
  } catch (error) {
    if (error instanceof TreeError) refuseText(`it is no YAML: ${error.message}.`);
    throw error;
  }
}

/** The entries of a list, or of a map as `key=value`. */
function listOf(node: TreeNode): string[] {
  if (node.kind === 'list')
    return node.items.map((item) => scalarText(item) ?? '').filter((item) => item !== '');
  if (node.kind === 'map')
    return node.entries.map(({ key, node: value }) => `${key}=${scalarText(value) ?? ''}`);
  return scalarText(node) ? [scalarText(node) ?? ''] : [];
}

const wordsOf = (node: TreeNode): string[] =>
  node.kind === 'list' ? listOf(node) : (shellWords(scalarText(node) ?? '') ?? []);

function take(found: Described, key: string, node: TreeNode): void {
  const text = scalarText(node) ?? '';
  if (idle.includes(key)) return;
  const why = refusals[key.replaceAll('_', '-').replace(/^devices$/, 'device')];
  if (why !== undefined) {
    if (text !== 'false') found.refuse(key, why);
    return;
  }
  switch (key) {
    case 'environment':
      listOf(node).forEach((one) => void found.variable(one));
      return;
    case 'ports':
      eachOf(node, (item) => found.port(portOf(item)));
      return;
    case 'volumes':
      eachOf(node, (item) => found.volume(volumeOf(item)));
      return;
    case 'command':
      found.command = wordsOf(node);
      return;
    case 'stop_signal':
      found.stopSignal(text);
      return;
    case 'stop_grace_period':
      found.stopTimeout(text);
      return;
    case 'user':
      found.runAs(text);
      return;
    case 'network_mode':
      found.network(text);
      return;
    case 'container_name':
      found.name = text.slice(0, 128) || found.name;
      return;
    case 'read_only':
      found.readOnly = text === 'true';
      return;
    case 'tty':
      found.tty = text === 'true';
      return;
    case 'mem_limit':
      found.memoryLimit(text);
      return;
    case 'cpus':
      found.cpuLimit(text);
      return;
    default:
      found.note(`${quoted(key)} is not used here.`);
      return;
  }
}

function limits(found: Described, service: TreeNode): void {
  const said = child(child(child(service, 'deploy'), 'resources'), 'limits');
  const [memory, cpus] = [scalarText(child(said, 'memory')), scalarText(child(said, 'cpus'))];
  if (memory) found.memoryLimit(memory);
  if (cpus) found.cpuLimit(cpus);
}

function eachOf(node: TreeNode, act: (item: TreeNode) => void): void {
  if (node.kind === 'list') node.items.forEach(act);
}

function portOf(item: TreeNode): string {
  if (item.kind !== 'map') return scalarText(item) ?? '';
  const [target, published, protocol] = ['target', 'published', 'protocol'].map((key) =>
    scalarText(child(item, key)),
  );
  return `${published ? `${published}:` : ''}${target ?? ''}/${protocol ?? 'tcp'}`;
}

function volumeOf(item: TreeNode): string {
  if (item.kind !== 'map') return scalarText(item) ?? '';
  const [source, target] = ['source', 'target'].map((key) => scalarText(child(item, key)));
  return source ? `${source}:${target ?? ''}` : (target ?? '');
}
