import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Template, templateSchema } from '../../../shared/templates/template.ts';
import { serverDefinition } from '../../../tests/support/server-definition.ts';
import { tempDir } from '../../../tests/support/temp.ts';
import { serverSpec } from './spec.ts';

const folder = join(import.meta.dirname, '../../../shared/templates/games');
const read = (game: string): Template =>
  templateSchema.parse(JSON.parse(readFileSync(join(folder, `${game}.json`), 'utf8')));
const games = readdirSync(folder)
  .map((file) => file.replace(/\.json$/, ''))
  .filter((game) => read(game).console);

/** Games that take the password by their command line and in no other way. Each says so where people see it. */
const byCommandLine = ['factorio', 'rust'];
const password = 'hush-Hush7';

/** What stands for the image and the game. Each program tells its own command line in `lines`. */
interface Stage {
  /** Folders of the container that lie in the test's. */
  roots: string[];
  files: Record<string, string>;
  /** Below the test's folder: where the game looks for the password. */
  place: string;
}

/** As the image's entry script does it, as far as the password goes. */
const cs2Entry = `
cfg=$ROOT/home/steam/cs2-dedicated/game/csgo/cfg
mkdir -p $cfg
printf 'hostname "x"\\nrcon_password "{{SERVER_RCON_PW}}"   // Set it\\nsv_password "p"\\n' > $cfg/server.cfg
sed -i -e "s/{{SERVER_RCON_PW}}/\${CS2_RCONPW}/g" $cfg/server.cfg
source $ROOT/home/steam/cs2-dedicated/pre.sh
eval cs2 -dedicated +rcon_password "\${CS2_RCONPW}" +sv_lan 0
`;
const cfg = 'home/steam/cs2-dedicated/game/csgo/cfg/server.cfg';

const stages: Record<string, Stage> = {
  'counter-strike-2': {
    roots: ['/home/steam'],
    files: { 'home/steam/entry.sh': cs2Entry, 'home/steam/cs2-dedicated/.keep': '' },
    place: cfg,
  },
  palworld: {
    roots: ['/home/steam'],
    files: {
      'home/steam/server/init.sh': '#!/bin/sh\ntell "$@"\nprintf %s "$ADMIN_PASSWORD" > settings.ini\n',
    },
    place: 'home/steam/server/settings.ini',
  },
  'seven-days-to-die': {
    roots: [],
    files: {
      'serverconfig.xml': '<property name="TelnetPassword" value="" />\n',
      '7DaysToDieServer.x86_64': '#!/bin/sh\ntell "$@"\n',
    },
    place: 'serverconfig.xml',
  },
  factorio: {
    roots: ['/factorio', '/docker-entrypoint.sh'],
    files: {
      'docker-entrypoint.sh': '#!/bin/sh\ntell --rcon-password "$(cat $ROOT/factorio/config/rconpw)"\n',
    },
    place: 'factorio/config/rconpw',
  },
  rust: { roots: [], files: { RustDedicated: '#!/bin/sh\ntell "$@"\n' }, place: 'lines' },
};

/** Runs the template's command; what every command line in it was, and what the game can read. */
function run(game: string, { roots, files, place }: Stage): { lines: string; told: string } {
  const root = tempDir();
  const own = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    chmodSync(join(root, path), 0o755);
  };
  for (const [path, text] of Object.entries(files)) own(path, text);
  own('bin/tell', '#!/bin/sh\necho "$@" >> $ROOT/lines\n');
  own('bin/cs2', '#!/bin/sh\ntell cs2 "$@"\n');
  for (const name of ['awk', 'sed', 'grep', 'cat', 'mkdir', 'mv'])
    own(`bin/${name}`, `#!/bin/sh\ntell ${name} "$@"\nPATH=/usr/bin:/bin exec ${name} "$@"\n`);
  const { startup, environment, console } = read(game);
  const command = roots.reduce((text, one) => text.replaceAll(one, join(root, one)), startup.join('\n'));
  for (let start = 1; start <= 2; start += 1) {
    const { status, stderr } = spawnSync('/bin/sh', ['-c', command], {
      cwd: root,
      encoding: 'utf8',
      env: {
        ...environment,
        PATH: `${join(root, 'bin')}:/usr/bin:/bin`,
        ROOT: root,
        [console?.password ?? '']: password,
      },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  }
  const found = (path: string): string => readFileSync(join(root, path), 'utf8');
  return { lines: found('lines'), told: found(place) };
}

test('R2 each game with a remote console is looked at here', () => {
  expect(Object.keys(stages).sort()).toEqual(games.sort());
});

describe.each(games)('R2 the password of the remote console: %s', (game) => {
  const template = read(game);

  test('is not in the container’s command', () => {
    const definition = serverDefinition('s', {
      startup_command: template.startup.join('\n'),
      environment: template.environment,
      console: template.console ?? null,
    });
    const context = { hostId: 'h', volumePath: '/v', timeZone: null, hostUser: null };
    const { environment, ...seen } = serverSpec(definition, { ...context, consolePassword: () => password });
    expect(environment[template.console?.password ?? '']).toBe(password);
    expect(JSON.stringify(seen)).not.toContain(password);
  });

  test.skipIf(process.platform === 'win32')(
    'reaches the game, and no command line unless there is no other way, which people are told',
    () => {
      const stage = stages[game];
      if (!stage) throw new Error('no stage');
      const { lines, told } = run(game, stage);
      expect(told).toContain(password);
      expect(lines.includes(password)).toBe(byCommandLine.includes(game));
      const help = template.variables.find(({ name }) => name === template.console?.password)?.help ?? '';
      expect(help.includes('every user of this machine can read it')).toBe(byCommandLine.includes(game));
    },
  );
});

test.skipIf(process.platform === 'win32')(
  'R2 Counter-Strike 2: a line of server.cfg, whatever is in it, and the own hook stays',
  () => {
    const own = { 'home/steam/cs2-dedicated/pre.sh': 'echo mine > $ROOT/mine\n' };
    const stage = stages['counter-strike-2'];
    if (!stage) throw new Error('no stage');
    const { told } = run('counter-strike-2', { ...stage, files: { ...stage.files, ...own } });
    expect(told).toBe(`hostname "x"\nrcon_password "${password}"\nsv_password "p"\n`);
  },
);
