// A real player: joins HOST PORT VERSION, prints one JSON object per line of what it sees, and does what comes on standard input:
// `say TEXT` talks, `block X Y Z` tells which block is there, `build X Y Z NAME` puts one there (who builds must be an operator).
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(import.meta.url);
const mineflayer = require('mineflayer');
const { Vec3 } = require('vec3');

const [host, port, version] = process.argv.slice(2);
const tell = (event, text = '') => process.stdout.write(`${JSON.stringify({ event, text })}\n`);

const bot = mineflayer.createBot({ host, port: Number(port), version, username: 'Steve', auth: 'offline' });
bot.once('spawn', () => tell('spawn'));
bot.on('messagestr', (text) => tell('chat', text));
bot.on('kicked', (reason) => tell('kicked', String(reason)));
bot.on('error', (error) => tell('error', String(error)));
// What the server says is there now, whoever put it there.
bot.on('blockUpdate', (_, now) => {
  if (now) tell('built', `${now.position.x} ${now.position.y} ${now.position.z} ${now.name}`);
});
bot.on('end', (reason) => {
  tell('end', String(reason));
  process.exit(0);
});

createInterface({ input: process.stdin }).on('line', (line) => {
  const [verb, ...rest] = line.split(' ');
  if (verb === 'say') bot.chat(rest.join(' '));
  if (verb === 'build') bot.chat(`/setblock ${rest.join(' ')}`);
  // Nothing as long as that part of the world hasn't come: ask again.
  if (verb === 'block') {
    const place = rest.slice(0, 3);
    const name = bot.blockAt(new Vec3(...place.map(Number)))?.name ?? 'nothing';
    tell('block', name);
    tell('at', `${place.join(' ')} ${name}`);
  }
});
