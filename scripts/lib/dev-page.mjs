import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from './paths.mjs';

const pageFolder = inRoot('renderer');
const viteOwn = /^\/(@|node_modules\/|__)/;

/** Whether Vite answers a request itself: for its own files, those of the page, and all that a browser opens as a page. */
function isPageRequest(request) {
  if ((request.headers.accept ?? '').includes('text/html')) return true;
  const path = request.url.split('?')[0];
  return path === '/' || viteOwn.test(path) || existsSync(join(pageFolder, path));
}

/** Vite's words, without those about a host that is being started anew: the page says that itself. */
function quietLogger(createLogger) {
  const logger = createLogger('warn');
  const { error } = logger;
  logger.error = (message, options) => {
    if (!/proxy (socket )?error/.test(message)) error(message, options);
  };
  return logger;
}

/**
 * Vite's server for the page, with hot reload. What is not of the page goes on to the host at that port, so that a browser
 * finds both at one address, as with the built page. `url` is `http://127.0.0.1:PORT`.
 */
export async function servePage(hostPort) {
  const { createLogger, createServer } = await import('vite');
  const server = await createServer({
    configFile: inRoot('vite.config.ts'),
    clearScreen: false,
    customLogger: quietLogger(createLogger),
    server: {
      strictPort: false,
      proxy: {
        '^/': {
          target: `http://127.0.0.1:${hostPort}`,
          ws: true,
          changeOrigin: true,
          rewriteWsOrigin: true,
          // What isn't proxied goes on to Vite.
          bypass: (request) => (isPageRequest(request) ? request.url : undefined),
        },
      },
    },
  });
  await server.listen();
  return { url: `http://127.0.0.1:${server.httpServer.address().port}`, close: () => server.close() };
}
