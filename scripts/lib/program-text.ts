import { build, type Plugin } from 'vite';

const suffix = /\?program=(cjs|es)$/;
const prefix = '\0program:';

/**
 * `import text from './x.ts?program=es'` is the text of a whole program: x.ts with all that it imports, as one script (`cjs`) or module (`es`)
 * that needs Node alone. So what runs in a thread, or without us, is written and tested as everything else is.
 */
export function programText(): Plugin {
  return {
    name: 'program-text',
    enforce: 'pre',
    async resolveId(source, importer) {
      const format = suffix.exec(source)?.[1];
      if (format === undefined) return null;
      const found = await this.resolve(source.replace(suffix, ''), importer, { skipSelf: true });
      return found && `${prefix}${format}:${found.id}`;
    },
    async load(id) {
      if (!id.startsWith(prefix)) return null;
      const [format = '', entry = ''] = splitOnce(id.slice(prefix.length));
      const { code, files } = await bundle(entry, format === 'cjs' ? 'cjs' : 'es');
      for (const file of files) this.addWatchFile(file);
      return { code: `export default ${JSON.stringify(code)};`, map: null };
    },
  };
}

const splitOnce = (text: string): [string, string] => [
  text.slice(0, text.indexOf(':')),
  text.slice(text.indexOf(':') + 1),
];

async function bundle(entry: string, format: 'cjs' | 'es'): Promise<{ code: string; files: string[] }> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    // One program may have another one in it, as a text.
    plugins: [programText()],
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      write: false,
      minify: false,
      target: 'node20',
      rolldownOptions: {
        output: { format, codeSplitting: false, comments: { legal: true, annotation: false, jsdoc: false } },
      },
    },
  });
  if (!('output' in result)) throw new Error(`${entry} could not be bundled`);
  const [chunk] = result.output;
  return { code: chunk.code, files: chunk.moduleIds.filter((file) => !file.startsWith('\0')) };
}
