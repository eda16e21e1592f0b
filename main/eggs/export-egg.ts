import type { ConfigReplacement, Egg, EggConfigFile, EggStop, EggVariable } from '../../shared/model/egg.ts';

/** What is written; maps keep their order, whatever their names are (objects put `21` first). */
type Json = string | number | boolean | null | Json[] | Map<string, Json>;

/** E8: an egg as PTDL_v2, which Pterodactyl and Pelican import; imported here again it is the same model. */
export function exportEgg(egg: Egg): string {
  const commands = egg.startup.map(({ name, command }) => [name, command] as const);
  const root = new Map<string, Json>([
    ['_comment', 'Exported by Lightdeck'],
    [
      'meta',
      new Map<string, Json>([
        ['version', 'PTDL_v2'],
        ['update_url', egg.update_url],
      ]),
    ],
    ['exported_at', egg.exported_at],
    ['name', egg.name],
    ['author', egg.author],
    ...(egg.uuid === null ? [] : [['uuid', egg.uuid] as const]),
    ['description', egg.description],
    ...(egg.icon === null ? [] : [['icon', egg.icon] as const]),
    ...(egg.tags.length === 0 ? [] : [['tags', egg.tags] as const]),
    ['features', egg.features],
    [
      'docker_images',
      new Map(egg.images.map(({ name, image, local }) => [name, local ? `~${image}` : image])),
    ],
    ['file_denylist', egg.file_denylist],
    ['startup', egg.startup[0]?.command ?? ''],
    // PTDL has one command; what reads PLCN takes them all.
    ...(isPlain(egg) ? [] : [['startup_commands', new Map(commands)] as const]),
    ['config', configOf(egg)],
    [
      'scripts',
      new Map([
        [
          'installation',
          new Map<string, Json>([
            ['script', egg.install?.script ?? ''],
            ['container', egg.install?.image ?? ''],
            ['entrypoint', egg.install?.entrypoint.join(' ') ?? ''],
          ]),
        ],
      ]),
    ],
    ['variables', egg.variables.map(variableOf)],
  ]);
  return `${written(root, '')}\n`;
}

const isPlain = ({ startup }: Egg): boolean =>
  startup.length === 0 || (startup.length === 1 && startup[0]?.name === 'Default');

function configOf({ config_files, done, stop }: Egg): Json {
  const texts = done.map(({ kind, text }) => (kind === 'pattern' ? `regex:${text}` : text));
  const [only, ...more] = texts;
  const ready = new Map<string, Json>(only === undefined ? [] : [['done', more.length > 0 ? texts : only]]);
  return new Map<string, Json>([
    ['files', written(new Map(config_files.map((file) => [file.path, fileOf(file)])), '')],
    ['startup', written(ready, '')],
    ['logs', '{}'],
    ['stop', stopOf(stop)],
  ]);
}

function fileOf({ parser, create, find }: EggConfigFile): Json {
  return new Map<string, Json>([
    ['parser', parser],
    ...(create ? [] : [['create_file', false] as const]),
    ['find', new Map(find.map((one) => [one.match, replacementOf(one)]))],
  ]);
}

function replacementOf({ value, when }: ConfigReplacement): Json {
  if (when.length === 0) return value;
  return new Map(when.map((one) => [one.pattern ? `regex:${one.equals}` : one.equals, one.value]));
}

/** `^^C` is what `readStop` makes of ten seconds. */
function stopOf(stop: EggStop): string {
  if (stop.kind === 'command') return stop.command;
  if (stop.signal !== 'SIGINT') return `^${stop.signal}`;
  return stop.timeout < 30 ? '^^C' : '^C';
}

function variableOf(variable: EggVariable): Json {
  return new Map<string, Json>([
    ['name', variable.name],
    ['description', variable.description],
    ['env_variable', variable.key],
    ['default_value', variable.default],
    ['user_viewable', variable.viewable],
    ['user_editable', variable.editable],
    ['rules', variable.rules.join('|')],
    ['sort', variable.sort],
    ['field_type', 'text'],
  ]);
}

function written(json: Json, indent: string): string {
  const inner = `${indent}    `;
  if (json instanceof Map) {
    const lines = [...json].map(([key, value]) => `${inner}${JSON.stringify(key)}: ${written(value, inner)}`);
    return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`;
  }
  if (!Array.isArray(json)) return JSON.stringify(json);
  const lines = json.map((value) => inner + written(value, inner));
  return lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n${indent}]`;
}
