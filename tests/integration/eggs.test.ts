import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eggText } from '../../main/eggs/an-egg.test-helper.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { imageLike } from '../support/images.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';

const onEnd = suiteCleanup();

/** As images of eggs start: in the volume, as a user of their own, by evaluating what STARTUP says. */
const entrypoint = String.raw`
echo 'container:x:988:988::/home/container:/bin/sh' >> /etc/passwd
echo 'container:x:988:' >> /etc/group
cat > /entrypoint.sh <<'END'
cd /home/container
eval "$(echo "$STARTUP" | sed -e 's/{{/\${/g' -e 's/}}/}/g')"
END`;

const script = `#!/bin/ash
echo "in $(pwd) as $(id -u) with $NAME"
cd /mnt/server
cat > game.sh <<'END'
trap 'echo world saved; exit 0' INT
cat server.properties
echo "Ready (1.0s)! [up]"
while :; do sleep 1; done
END
exit 7
`.replaceAll('\n', '\r\n');

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ onEnd });
});

describe.skipIf(!has('images'))('E7 an egg on a real engine', () => {
  it('is planned, installed by its installer, started by its image, stopped by its signal', async () => {
    const [game, installer] = await Promise.all([
      imageLike(onEnd, 'egg-game', {
        script: entrypoint,
        changes: ['ENTRYPOINT ["/bin/sh", "/entrypoint.sh"]', 'USER container', 'WORKDIR /home/container'],
      }),
      imageLike(onEnd, 'egg-installer', {}),
    ]);
    const text = eggText({
      docker_images: { Game: game },
      startup: 'echo "{{NAME}} at {{SERVER_PORT}} as $(id -un)"; echo mine > written; exec sh game.sh',
      config: {
        files:
          '{"server.properties": {"parser": "properties", "find": {"server-port": "{{server.build.default.port}}", "motd": "{{env.NAME}}"}}}',
        startup: '{"done": ")! [up"}',
        logs: '{}',
        stop: '^C',
      },
      scripts: { installation: { script, container: installer, entrypoint: 'ash' } },
      variables: [{ name: 'Name', env_variable: 'NAME', default_value: '', rules: 'required|max:20' }],
    });
    const { api } = scene.host;
    const reply = (await api.post('/eggs/plan', { text, values: { NAME: "it's | mine" } })).parse(
      z.object({ server: z.looseObject({ startup_command: z.string() }), problems: z.object({}).strict() }),
    );
    const id = await scene.server(reply.server);
    const socket = await scene.connect(id);
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitFor('event', (frame) => frame.data === 'running', { timeoutMs: 60_000 });
    await socket.send({ event: 'power', action: 'stop' });
    await socket.waitFor('event', (frame) => frame.data === 'exit', { timeoutMs: 60_000 });
    const history = await scene.history(id);
    expect(history).toContain("in / as 0 with it's | mine\n");
    expect(history).toContain("it's | mine at  as container\n");
    expect(history).toContain("server-port=\nmotd=it's | mine\nReady (1.0s)! [up]\n");
    expect(history).toContain('world saved\n');
    expect(history).not.toMatch(/denied|read-only/i);
  });
});
