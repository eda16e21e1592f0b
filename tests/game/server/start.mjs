// Starts the real game server of the integration tests in the working directory: world, logs and an optional
// settings.json (the server's own setting names: port, motd, version…) live there, the code lives beside this file.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { createMCServer } = require('flying-squid');
const defaults = require('flying-squid/config/default-settings.json');

function ownSettings() {
  try {
    return JSON.parse(readFileSync('settings.json', 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}

const settings = {
  ...defaults,
  'online-mode': false,
  generation: { name: 'superflat', options: {} },
  'view-distance': 3,
  ...ownSettings(),
};
const server = createMCServer({ ...settings, worldFolder: `world/${settings.version}` });

// The server ends without waiting for chunks that are not on disk yet. Here every graceful end waits for them.
const quit = server.quit;
server.quit = async (reason) => {
  await quit.call(server, reason);
  await server.overworld.waitSaving();
  server.info('World saved');
};

server.once('ready', () => {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.removeAllListeners(signal);
    process.once(signal, () => {
      server.info(`${signal} received, stopping`);
      server.quit('Server closed').then(() => process.exit(0));
    });
  }
});
