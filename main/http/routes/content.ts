import { LightdeckError } from '../../../shared/errors.ts';
import { readContent, writeContent } from '../../../shared/http/files.ts';
import { refuseAbsolute } from '../../files/user-path.ts';
import { replyWithFile } from '../file-reply.ts';
import type { RouteMounter } from '../route-mounter.ts';
import { type FileRoutesOptions, jailOf, removalBy } from './files.ts';

export function mountContent(mounter: RouteMounter, options: FileRoutesOptions): void {
  mounter.mount(readContent)(({ params, query, grant, raw }) => {
    const jail = jailOf(options, grant, 'files.read', params.id);
    return replyWithFile(jail, refuseAbsolute(query.path), raw.headers);
  });

  mounter.mount(writeContent)(async ({ params, query, grant, raw }) => {
    const jail = jailOf(options, grant, 'files.write', params.id);
    const path = refuseAbsolute(query.path);
    if (raw.headers['content-range'] !== undefined)
      throw new LightdeckError('invalid', 'Content-Range: a file can only be written as a whole');
    try {
      // Whoever sends what is refused has to hear why: the connection must outlive the reading.
      const source = raw.iterator({ destroyOnReturn: false });
      return { path, size: await jail.writeWhole(path, source, { keepOld: removalBy(grant) }) };
    } catch (error) {
      // Nobody is left to hear it, but it is no failure of the host's.
      if (!raw.complete && raw.destroyed)
        throw new LightdeckError('invalid', 'The upload was cut off', { cause: error });
      throw error;
    }
  });
}
