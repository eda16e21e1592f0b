import { parseArgs } from 'node:util';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { firstProblem } from '../../shared/first-problem.ts';
import { masterTokenSchema } from './config-schema.ts';

export type Action =
  | { type: 'run' }
  | { type: 'help' }
  | { type: 'version' }
  | { type: 'servers'; page: number }
  | { type: 'token'; act: 'what' | 'reset' }
  | { type: 'token'; act: 'set'; value: string };

/** What the command line asks for. Null: not said, so the configuration or the default decides. */
export interface Arguments {
  action: Action;
  host: string | null;
  port: number | null;
  data: string | null;
  json: boolean;
  /** The app without its window. The headless host never has one. */
  service: boolean;
  dev: boolean;
}

/** Of a token that somebody thinks up themselves: one of few different characters is soon guessed. */
const minDifferent = 6;

export const helpText = `Usage: lightdeck [options]

  --host ADDRESS       listen on this address instead of the configured one
  --port NUMBER        listen on this port (0: any free one)
  --data FOLDER        keep everything in this folder
  --json               print machine-readable lines
  --service            run without a window, as a service does
  --dev                development: more checks and a talkative log
  --token what         show the master token
  --token reset        make a new master token
  --token set VALUE    set the master token (lightd_ and at least 13 characters)
  --servers PAGE       list the servers, 20 a page (with --json: as JSON)
  --version            show the version
  --help               show this text
`;

/** A14: reads the command line (without node and script). Throws LightdeckError `invalid` saying which argument is wrong. */
export function parseArguments(argv: string[]): Arguments {
  const { values, positionals } = split(argv);
  const common = {
    host: text(values.host, '--host'),
    port: port(values.port),
    data: text(values.data, '--data'),
    json: values.json ?? false,
    service: values.service ?? false,
    dev: values.dev ?? false,
  };
  if (values.help) return { ...common, action: { type: 'help' } };
  if (values.version) return { ...common, action: { type: 'version' } };
  if (values.servers !== undefined) {
    if (values.token !== undefined) throw wrong('--servers and --token do not go together');
    if (positionals[0] !== undefined) throw wrong(`Unexpected argument '${positionals[0]}'`);
    return { ...common, action: { type: 'servers', page: page(values.servers) } };
  }
  return { ...common, action: action(values.token, positionals) };
}

function split(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        host: { type: 'string' },
        port: { type: 'string' },
        data: { type: 'string' },
        token: { type: 'string' },
        servers: { type: 'string' },
        json: { type: 'boolean' },
        service: { type: 'boolean' },
        dev: { type: 'boolean' },
        version: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    // Node's own first sentence says which option is unknown or lacks its value; the rest is advice on escaping.
    const sentence = errorText(error).split(/\.\s|\n/)[0] ?? '';
    throw wrong(sentence.replace(/\.$/, ''));
  }
}

function action(token: string | undefined, positionals: string[]): Action {
  const [first, second] = positionals;
  if (token === undefined) {
    if (first !== undefined) throw wrong(`Unexpected argument '${first}'`);
    return { type: 'run' };
  }
  if (token === 'set') {
    if (first === undefined) throw wrong('--token set needs the new token as its value');
    // The value is not shown: it may be a secret, mistyped.
    if (second !== undefined) throw wrong('--token set takes one value only');
    const value = masterTokenSchema.safeParse(first);
    if (!value.success) throw wrong(`--token set: the token ${firstProblem(value.error)}`);
    if (new Set(value.data.slice('lightd_'.length)).size < minDifferent)
      throw wrong(
        `--token set: the token must have at least ${minDifferent} different characters after lightd_`,
      );
    return { type: 'token', act: 'set', value: value.data };
  }
  if (token !== 'what' && token !== 'reset') throw wrong('--token takes what, reset, or set VALUE');
  if (first !== undefined) throw wrong(`Unexpected argument '${first}'`);
  return { type: 'token', act: token };
}

function text(value: string | undefined, option: string): string | null {
  if (value === undefined) return null;
  if (value.trim() === '') throw wrong(`${option} needs a value`);
  return value;
}

function port(value: string | undefined): number | null {
  if (value === undefined) return null;
  const number = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number <= 65_535)) throw wrong(`--port must be a number from 0 to 65535, not '${value}'`);
  return number;
}

function page(value: string): number {
  const number = /^\d{1,6}$/.test(value) ? Number(value) : 0;
  if (number < 1) throw wrong(`--servers must be a page's number from 1, not '${value}'`);
  return number;
}

function wrong(problem: string): LightdeckError {
  return new LightdeckError('invalid', `${problem}. See --help.`);
}
