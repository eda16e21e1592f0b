// The servers of the pictures: shell scripts that behave like games, in the small test image.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';

const image = '127.0.0.1:9/lightdeck-test/busybox:1';
const mebi = 1024 * 1024;

/** Lines that come one after another, `pause` seconds apart; at the end `idle` for ever, answering what is typed. */
function game({ lines, ready, idle, memory = 40, busy = 30 }) {
  const say = (text) => `say '${text.replaceAll("'", "'\\''")}'`;
  return [
    `say() { printf '\\033[90m[%s]\\033[0m %b\\n' "$(date +%H:%M:%S)" "$1"; }`,
    // Memory that is really used, and some processor time.
    `awk 'BEGIN { s = "x"; while (length(s) < ${memory} * 1048576) s = s s; while (1) system("sleep 60") }' &`,
    `(while :; do i=0; while [ $i -lt ${busy * 100} ]; do i=$((i+1)); done; usleep 50000; done) &`,
    ...lines.map(say),
    say(ready),
    `(while :; do ${idle.map((text) => `sleep 4; ${say(text)}`).join('; ')}; done) &`,
    `while read -r line; do case "$line" in list) ${say('There are \\033[1m3\\033[0m of a max of \\033[1m20\\033[0m players online: Ada, Linus, Grace')};; stop) ${say('Stopping the server')}; exit 0;; *) ${say('Unknown command. Type "help" for help.')};; esac; done`,
  ].join('\n');
}

const info = (text) => `\\033[36m[Server thread/INFO]\\033[0m: ${text}`;
const warn = (text) => `\\033[33m[Server thread/WARN]: ${text}\\033[0m`;

const minecraft = (name, idle) =>
  game({
    lines: [
      info('Starting minecraft server version 1.21.4'),
      info('Loading properties'),
      info(`Default game type: ${name.toUpperCase()}`),
      info('Starting Minecraft server on *:25565'),
      info('Preparing level "world"'),
      info('Preparing start region for dimension minecraft:overworld'),
      info('Preparing spawn area: \\033[32m████████████████████\\033[0m 100%'),
    ],
    ready: info('\\033[32mDone (4.127s)!\\033[0m For help, type "help"'),
    idle,
    memory: name === 'survival' ? 180 : 90,
    busy: name === 'survival' ? 60 : 20,
  });

const survivalIdle = [
  info('\\033[33mAda joined the game\\033[0m'),
  info('\\033[33mLinus joined the game\\033[0m'),
  info('<Ada> found diamonds at y=-58!'),
  info('Ada has made the advancement \\033[32m[Diamonds!]\\033[0m'),
  warn('Can’t keep up! Is the server overloaded? Running 2041ms or 40 ticks behind'),
  info('\\033[33mGrace joined the game\\033[0m'),
  info('<Linus> map is at https://map.example.org/#world'),
];

/** What is asked for, ports as players know them. `fate`: what is done with it once it is installed. */
const wishes = [
  {
    key: 'survival',
    name: 'Survival',
    startup_command: minecraft('survival', survivalIdle),
    start_pattern: 'Done \\(',
    port: 25565,
    limits: { memory: 768 * mebi, cpu: 1.5 },
    stop: { command: 'stop', timeout: 10 },
    environment: { EULA: 'TRUE', DIFFICULTY: 'normal', MAX_PLAYERS: '20' },
    fate: 'start',
  },
  {
    key: 'creative',
    name: 'Creative',
    startup_command: minecraft('creative', [info('Saving chunks for level "plots"')]),
    start_pattern: 'Done \\(',
    port: 25566,
    limits: { memory: 512 * mebi, cpu: 1 },
    stop: { command: 'stop', timeout: 10 },
    fate: 'start',
  },
  {
    key: 'valheim',
    name: 'Valheim: Yggdrasil',
    startup_command: game({
      lines: ['Get create world Yggdrasil', 'Load world: Yggdrasil (Yggdrasil)', 'Zonesystem Start 148'],
      ready: 'Game server connected',
      idle: ['Connections 2 ZDOS:48211 sent:0 recv:312'],
      memory: 140,
      busy: 40,
    }),
    start_pattern: 'Game server connected',
    port: 2456,
    protocol: 'udp',
    limits: { memory: 1024 * mebi, cpu: null },
    fate: 'start',
  },
  {
    key: 'factorio',
    name: 'Factorio',
    startup_command:
      'echo "Loading mod core 2.0.28"; sleep 1; echo "Factorio initialised"; sleep 2; echo "Error: map version 2.1 can’t be loaded by 2.0.28"; exit 1',
    start_pattern: 'initialised',
    port: 34197,
    protocol: 'udp',
    limits: { memory: 512 * mebi, cpu: null },
    restart_policy: 'no',
    fate: 'crash',
  },
  {
    key: 'terraria',
    name: 'Terraria',
    startup_command: 'echo Listening on port 7777; sleep 100000',
    port: 7777,
    limits: { memory: 512 * mebi, cpu: null },
    fate: 'leave',
  },
  {
    key: 'luanti',
    name: 'Luanti',
    startup_command: 'echo ready; sleep 100000',
    install_script:
      'echo "Fetching the game VoxeLibre 0.89…"; i=0; while [ $i -lt 600 ]; do i=$((i+1)); echo "unpacked $i of 600 media files"; sleep 1; done',
    port: 30000,
    protocol: 'udp',
    limits: { memory: 512 * mebi, cpu: null },
    fate: 'install',
  },
];

/** The port itself if nobody has it here, else one that the system gives. */
function freePort(wanted) {
  const listen = (port) =>
    new Promise((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(null));
      server.listen(port, '0.0.0.0', () => {
        const { port: got } = server.address();
        server.close(() => resolve(got));
      });
    });
  return listen(wanted).then((got) => got ?? listen(0));
}

/** Makes all of them on the host and brings each into its state. Ids by key. */
export async function makeDemoServers(host) {
  const mark = randomBytes(2).toString('hex');
  const ids = {};
  await host.ask('POST', '/network/ports', { ip: '0.0.0.0', port: 25570, end_port: 25579 });
  for (const { key, port, protocol = 'tcp', fate, ...wish } of wishes) {
    const id = `${key}-${mark}`;
    ids[key] = id;
    const host_port = await freePort(port);
    const ports = [{ ip: '0.0.0.0', host_port, container_port: port, protocol }];
    await host.ask('POST', '/network/ports', { ip: '0.0.0.0', port: host_port, protocol });
    const volume = await host.create({ internal_id: id, image, tty: false, ...wish, ports });
    if (fate === 'install') continue;
    await host.reach(id, 'installed');
    if (key === 'survival') await fillVolume(host, volume);
    if (fate === 'start' || fate === 'crash') await host.ask('POST', `/containers/${id}/start`);
    if (fate === 'start') await host.reach(id, 'running');
    if (fate === 'crash') await host.reach(id, 'exit');
  }
  return ids;
}

const files = {
  'server.properties':
    '# Minecraft server properties\ndifficulty=normal\ngamemode=survival\nmax-players=20\nmotd=A quiet place\nonline-mode=true\nserver-port=25565\nview-distance=10\nwhite-list=false\n',
  'eula.txt': 'eula=true\n',
  'ops.json': '[{ "name": "Ada", "level": 4 }]\n',
  'whitelist.json': '[]\n',
  'config/paper-global.yml':
    'chunk-loading:\n  autoconfig-send-distance: true\nmisc:\n  max-joins-per-tick: 5\n',
  'world/level.dat': 'level',
  'plugins/readme.txt': 'Put plugins here.\n',
};

async function fillVolume(host, volume) {
  for (const [path, text] of Object.entries(files))
    await host.ask('POST', `/volumes/${volume}/files`, { path, content: text });
}
