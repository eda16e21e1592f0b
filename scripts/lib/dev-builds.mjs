import { say } from './output.mjs';
import { inRoot } from './paths.mjs';

/** Calls back after each whole build of one part; what keeps it from being built is told and waits for the next change. */
function follow(watcher, name, onBuilt) {
  watcher.on('event', (event) => {
    if (event.code === 'ERROR') say(`The ${name} part can't be built: ${event.error.message}`);
    if (event.code === 'END') onBuilt(name);
    if ('result' in event && event.result) event.result.close();
  });
}

/**
 * Builds the main process and the bridge into dist/, and again when one of their files changes; `onBuilt` is told each
 * time. `close` ends the watching.
 */
export async function watchBuilds(onBuilt) {
  const { createBuilder } = await import('vite');
  const builder = await createBuilder({
    configFile: inRoot('vite.config.ts'),
    clearScreen: false,
    logLevel: 'error',
    build: { watch: {} },
  });
  const watchers = [];
  for (const name of ['main', 'preload']) {
    const watcher = await builder.build(builder.environments[name]);
    follow(watcher, name, onBuilt);
    watchers.push(watcher);
  }
  return { close: () => Promise.all(watchers.map((watcher) => watcher.close())) };
}
