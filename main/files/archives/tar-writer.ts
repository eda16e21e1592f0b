import { pack } from 'tar-stream';
import type { NewEntry } from './entry.ts';
import { bytesOnly, hush, offer, whileFed } from './fed-stream.ts';

/** Latest second that a tar header holds: in 2106 at the earliest this must be thought over. */
const maxSeconds = 0x7fffffff;

/** A tar (ustar, with pax for long and non-ASCII names), piece by piece. Throws what `entries` throw. */
export async function* writeTar(entries: AsyncIterable<NewEntry>): AsyncGenerator<Uint8Array> {
  const packer = hush(pack());
  const feed = async (): Promise<void> => {
    for await (const { name, kind, size, mode, uid, gid, modifiedAt, content } of entries) {
      const seconds = Math.min(Math.max(0, Math.floor(modifiedAt / 1000)), maxSeconds);
      const info = { mode, uid, gid, mtime: new Date(seconds * 1000) };
      if (kind === 'directory') {
        packer.entry({ name: `${name}/`, type: 'directory', ...info });
        continue;
      }
      const sink = hush(packer.entry({ name, type: 'file', size, ...info }));
      for await (const chunk of content()) if (!(await offer(sink, chunk))) return;
      sink.end(undefined);
    }
    packer.finalize();
  };
  yield* whileFed({ output: bytesOnly(packer), feed, destroy: (error) => packer.destroy(error) });
}
