import type { ConfigReplacement, ConfigValue } from '../../shared/model/egg.ts';

/** What placeholders in configuration files stand for. */
export interface PlaceholderFacts {
  /** The server's environment (E6). */
  environment: Readonly<Record<string, string>>;
  uuid: string;
  name: string;
  /** The address by which a container reaches the host: its network's gateway. */
  gateway: string;
}

/** As panels know them: no blanks, and only these three kinds; anything else stays as it is. */
const placeholder = /\{\{((?:server|env|config)\.[\w.-]*)\}\}/g;

/** E6: the same replacements with the placeholders of their values filled in; those of `$1` in cases are left alone. */
export function fillReplacements(
  replacements: readonly ConfigReplacement[],
  facts: PlaceholderFacts,
): ConfigReplacement[] {
  return replacements.map(({ match, value, when }) => ({
    match,
    value: value === null ? null : fillValue(value, facts),
    when: when.map((one) => ({ ...one, value: fillValue(one.value, facts) })),
  }));
}

function fillValue(value: ConfigValue, facts: PlaceholderFacts): ConfigValue {
  if (typeof value !== 'string') return value;
  return value.replace(placeholder, (all, key: string) => meaningOf(key, facts) ?? all);
}

const variable = /^(?:server\.build\.env|server\.build\.environment|server\.environment|env)\.(.+)$/;
const ports = ['server.build.default.port', 'server.allocations.default.port'];
const addresses = ['server.build.default.ip', 'server.allocations.default.ip'];
const gateways = ['config.docker.interface', 'config.docker.network.interface'];

/** Undefined: it is no placeholder. Unknown ones of `server.` and `env.` are empty, as in panels. */
function meaningOf(key: string, { environment, uuid, name, gateway }: PlaceholderFacts): string | undefined {
  const said = (variableName: string): string =>
    Object.hasOwn(environment, variableName) ? (environment[variableName] ?? '') : '';
  const named = variable.exec(key)?.[1];
  if (named !== undefined) return said(named);
  if (ports.includes(key)) return said('SERVER_PORT');
  if (addresses.includes(key)) return said('SERVER_IP');
  if (gateways.includes(key)) return gateway;
  switch (key) {
    case 'server.build.memory':
    case 'server.build.memory_limit':
      return said('SERVER_MEMORY');
    case 'server.uuid':
      return uuid;
    case 'server.meta.name':
      return name;
    default:
      return key.startsWith('config.') ? undefined : '';
  }
}

/** E6: a start command as it will be run, for people to look at: the image itself puts the values in. Unknown ones are empty. */
export function previewStartup(command: string, environment: Readonly<Record<string, string>>): string {
  return command.replace(/\{\{(\w+)\}\}/g, (_all, key: string) =>
    Object.hasOwn(environment, key) ? (environment[key] ?? '') : '',
  );
}

/** The names in a start command that nothing sets; they come out empty. */
export function unknownNames(command: string, known: readonly string[]): string[] {
  const names = [...command.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name);
  return [...new Set(names)].filter((name) => !known.includes(name));
}
