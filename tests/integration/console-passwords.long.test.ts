import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Template, templateSchema } from '../../shared/templates/template.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { gameName, imageLike } from '../support/images.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';

const onEnd = suiteCleanup();

const folder = join(import.meta.dirname, '../../shared/templates/games');
const read = (game: string): Template =>
  templateSchema.parse(JSON.parse(readFileSync(join(folder, `${game}.json`), 'utf8')));

/** Goes on with its own command line, as a game. */
const plays = '#!/bin/sh\\necho playing\\nsleep 1000\\n';
/** What the images' entry scripts do with the password, in short. */
const makeImage = `
mkdir -p /home/steam/server
printf '${plays}' > /usr/bin/cs2
printf '#!/bin/sh\\nprintf %%s "$ADMIN_PASSWORD" > /palworld/settings.ini\\necho playing\\nsleep 1000\\n' > /home/steam/server/init.sh
cat > /home/steam/entry.sh <<'END'
cfg=/home/steam/cs2-dedicated/game/csgo/cfg
mkdir -p $cfg
echo 'rcon_password "{{SERVER_RCON_PW}}" // Set it' > $cfg/server.cfg
sed -i -e "s/{{SERVER_RCON_PW}}/\${CS2_RCONPW}/g" $cfg/server.cfg
source /home/steam/cs2-dedicated/pre.sh
eval cs2 -dedicated +rcon_password "\${CS2_RCONPW}" +sv_lan 0
END
chmod +x /usr/bin/cs2 /home/steam/server/init.sh
`;
/** Of games that lie in the volume. */
const install = `
printf '${plays}' | tee RustDedicated > 7DaysToDieServer.x86_64
echo '<property name="TelnetPassword" value="" />' > serverconfig.xml
chmod +x RustDedicated 7DaysToDieServer.x86_64
`;

/** As `ps` shows them to every user of the machine. */
const commandLines = (): string =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    })
    .join('\n');

const inspected = z.object({
  Path: z.string(),
  Args: z.array(z.string()),
  Config: z.object({
    Env: z.array(z.string()),
    Cmd: z.array(z.string()).nullable(),
    Entrypoint: z.array(z.string()).nullable(),
  }),
});

describe.skipIf(!has('images') || process.platform !== 'linux')('passwords of remote consoles', () => {
  let scene: Scene;
  let image: string;
  beforeAll(async () => {
    image = await imageLike(onEnd, 'consoles', { from: gameName, script: makeImage });
    scene = await openScene({ onEnd });
  });

  test.each([
    ['counter-strike-2', '/home/steam/cs2-dedicated/game/csgo/cfg/server.cfg', false],
    ['palworld', '/palworld/settings.ini', false],
    ['seven-days-to-die', '/home/container/serverconfig.xml', false],
    // There is no other way: and so this test sees what there is to be seen.
    ['rust', null, true],
  ])(
    'R2 %s: in the file that the game reads, and on no command line: not in the container’s, not in `ps`',
    async (game, file, isSeen) => {
      const { startup, data_path, console, environment } = read(game);
      const id = await scene.server({
        ...{
          image,
          environment,
          ...(data_path === null ? {} : { data_path }),
          ...(console ? { console } : {}),
        },
        startup_command: startup.join('\n'),
        start_pattern: 'playing',
        install_script: install,
        stop: { signal: 'SIGKILL', timeout: 5 },
      });
      const socket = await scene.connect(id);
      await socket.send({ event: 'power', action: 'start' });
      await socket.waitFor('event', (frame) => frame.data === 'running', { timeoutMs: 30_000 });
      const container = scene.container(id);
      const [seen] = z.array(inspected).parse(JSON.parse(await scene.docker('inspect', container)));
      const { Env, ...config } = seen?.Config ?? { Env: [] };
      const name = `${console?.password}=`;
      const password = Env.find((one) => one.startsWith(name))?.slice(name.length) ?? '';
      expect(password).toHaveLength(24);
      expect(JSON.stringify({ ...seen, Config: config })).not.toContain(password);
      expect(commandLines().includes(password)).toBe(isSeen);
      if (file !== null) expect(await scene.docker('exec', container, 'cat', file)).toContain(password);
    },
  );
});
