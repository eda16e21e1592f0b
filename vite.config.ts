import { readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { programText } from './scripts/lib/program-text.ts';

const at = (path: string): string => resolve(import.meta.dirname, path);

/** What stays outside the main bundle: native parts, which are found beside the library itself. */
const outside = ['electron', 'libsql'];

/** Icons that the program itself shows lie in icons/ beside its main file. */
function programIcons(): Plugin {
  const tray = at('build/icons/tray');
  const files = [
    ...readdirSync(tray).map((name) => ({ name, path: join(tray, name) })),
    { name: 'window.png', path: at('build/icons/linux/256x256.png') },
  ];
  return {
    name: 'program-icons',
    applyToEnvironment: ({ name }) => name === 'main',
    generateBundle() {
      for (const { name, path } of files)
        this.emitFile({ type: 'asset', fileName: `icons/${name}`, source: readFileSync(path) });
    },
  };
}

/**
 * At its import @homebridge/ciao puts a hook into every stack trace and every uncaught error of the process, and it writes to
 * standard output, where the host's own line for programs is: it gets no hook, and standard error (docs/decisions/031).
 */
function quietCiao(): Plugin {
  const hook = /^require\(["']source-map-support\/register["']\);/m;
  return {
    name: 'quiet-ciao',
    transform(code, id) {
      if (!id.includes('/@homebridge/ciao/')) return null;
      return { code: code.replace(hook, '').replaceAll('console.log(', 'console.error('), map: null };
    },
  };
}

/**
 * Parts of libraries that are loaded whenever the library is, though the host never calls them: docker-modem's way over SSH and
 * dockerode's builds (gRPC, protobuf, tar), Fastify's compilers of JSON schemas, its inner client for tests, and the search for
 * files of @fastify/static. They were a fifth of what a start costs (docs/decisions/013).
 */
const neverCalled =
  /\/node_modules\/(docker-modem\/lib\/ssh|dockerode\/lib\/(session|buildkit)|(tar-fs|@balena\/dockerignore|light-my-request|glob|@fastify\/(ajv-compiler|fast-json-stringify-compiler))\/.+)\.js$/;

/**
 * What ssh2 says of files beside it, and what stands there instead: natively built parts, which it tries to load and does without
 * (they may or may not be there on the machine that builds), and a folder that it names but that a server never reads.
 */
const besideSsh2: Readonly<Record<string, readonly [string, string]>> = {
  'agent.js': ['__dirname', "'.'"],
  'protocol/constants.js': ["require('cpu-features')", 'null'],
  'protocol/crypto.js': ["require('./crypto/build/Release/sshcrypto.node')", 'null'],
  'protocol/crypto/poly1305.js': ['__dirname', "'.'"],
};

/** Whoever calls a part that is left out after all is told which one it is. */
function leaveOut(): Plugin {
  return {
    name: 'leave-out',
    enforce: 'pre',
    applyToEnvironment: ({ name }) => name === 'main',
    load(id) {
      const part = neverCalled.exec(id)?.[1];
      if (part === undefined) return null;
      return `module.exports = () => { throw new Error('${part} is left out of this build (vite.config.ts)'); };`;
    },
    transform(code, id) {
      const change = besideSsh2[id.split('/node_modules/ssh2/lib/')[1] ?? ''];
      if (!change) return null;
      const [text, instead] = change;
      if (!code.includes(text)) this.error(`ssh2 has changed: ${id} no longer says ${text}`);
      return { code: code.replaceAll(text, instead), map: null };
    },
  };
}

/** What browsers on the network get packed: made once here, not for each of them by the host. */
function packedAssets(): Plugin {
  const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  return {
    name: 'packed-assets',
    applyToEnvironment: ({ name }) => name === 'client',
    async writeBundle({ dir = '' }, bundle) {
      const pack = async (name: string): Promise<void> => {
        const path = join(dir, name);
        const text = await readFile(path);
        // In less than one packet nothing is gained.
        if (text.length < 1400) return;
        await writeFile(`${path}.br`, await promisify(brotliCompress)(text, brotliOptions));
        await writeFile(`${path}.gz`, await promisify(gzip)(text));
      };
      await Promise.all(
        Object.keys(bundle)
          .filter((name) => /\.(js|css|svg)$/.test(name))
          .map(pack),
      );
    },
  };
}

// One file builds all three parts: the page (client), the main process (main) and the bridge between them (preload).
export default defineConfig({
  root: at('renderer'),
  base: '/',
  publicDir: false,
  plugins: [react(), programText(), programIcons(), quietCiao(), leaveOut(), packedAssets()],
  server: { host: '127.0.0.1', port: 5173, strictPort: true },
  build: {
    emptyOutDir: true,
    sourcemap: true,
    reportCompressedSize: false,
    license: { fileName: 'third-party-licenses.md' },
  },
  environments: {
    client: {
      build: {
        outDir: at('dist/renderer'),
        target: 'chrome130',
        modulePreload: { polyfill: false },
        rolldownOptions: {
          output: { codeSplitting: { groups: [{ name: 'no-eval', test: /renderer\/no-eval/ }] } },
        },
      },
    },
    main: {
      consumer: 'server',
      // Hundreds of small files cost a fifth of the start; in one they don't (docs/decisions/013).
      resolve: { noExternal: true, external: outside },
      build: {
        ssr: true,
        outDir: at('dist/main'),
        target: 'node20',
        minify: false,
        rolldownOptions: {
          input: { index: at('main/index.ts'), headless: at('main/headless.ts') },
          external: outside,
          output: {
            format: 'es',
            entryFileNames: '[name].js',
            chunkFileNames: 'chunks/[name]-[hash].js',
            // The text stays in memory, with other letters in it twice as large.
            charset: 'ascii',
            // Nor is it read by anybody there: names are left, so that a trace says which function it was.
            minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
            comments: { legal: true, annotation: false, jsdoc: false },
          },
        },
      },
    },
    preload: {
      consumer: 'server',
      resolve: { noExternal: true },
      build: {
        ssr: true,
        outDir: at('dist/preload'),
        target: 'chrome130',
        minify: false,
        rolldownOptions: {
          input: { index: at('preload/index.ts') },
          external: ['electron'],
          output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
        },
      },
    },
  },
  builder: {
    buildApp: async (builder) => {
      for (const name of ['client', 'main', 'preload']) {
        const environment = builder.environments[name];
        if (environment) await builder.build(environment);
      }
    },
  },
});
