// A real player: joins HOST PORT VERSION, prints one JSON object per line of what it sees, and does what comes on standard input:
// `say TEXT` talks, `block X Y Z` tells which block is there.
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
bot.on('end', (reason) => {
  tell('end', String(reason));
  process.exit(0);
});

createInterface({ input: process.stdin }).on('line', (line) => {
  const [verb, ...rest] = line.split(' ');
  if (verb === 'say') bot.chat(rest.join(' '));
  // Nothing as long as that part of the world hasn't come: ask again.
  if (verb === 'block') tell('block', bot.blockAt(new Vec3(...rest.map(Number)))?.name ?? 'nothing');
});
