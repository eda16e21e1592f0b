import { IconFile, IconFolder } from '@tabler/icons-react';
import { createElement } from 'react';
import { listFiles } from '../../../../shared/http/files.ts';
import { api } from '../../../link/api.ts';
import { type LateCommandSource, serverAt } from '../../feature.ts';
import { freshContainer } from '../use-container.ts';
import { filesFrom } from './find-files.ts';
import { fromAddress, nameOf, toAddress } from './paths.ts';

/** The files of the server whose page is open, from the folder that is shown on. */
export const fileCommands: LateCommandSource = (context) => {
  const server = serverAt(context);
  if (!server) return null;
  const { internal_id: id, name } = server;
  const { may } = context.permission;
  if (!may('files.read', id) || !may('containers.read', id)) return null;
  const folder = context.place.startsWith(`/servers/${id}/files/`)
    ? fromAddress(context.place.split('/').slice(4).join('/'))
    : '';
  return {
    key: ['files', id, folder],
    async load(signal) {
      const { volume_id: volume } = await freshContainer(id);
      const files = await filesFrom(folder, (path) =>
        api.call(listFiles, { params: { id: volume }, query: { path }, signal }).then(
          (reply) => reply.files,
          // Gone since, or a file that is being edited.
          () => [],
        ),
      );
      return files.map(({ path, isFolder }) => ({
        id: `file:${id}:${path}`,
        kind: 'files',
        label: nameOf(path),
        keywords: path,
        beside: path === nameOf(path) ? name : path,
        mark: createElement(isFolder ? IconFolder : IconFile, { size: 16 }),
        isOnlyFound: true,
        action: { to: `/servers/${id}/files/${toAddress(path)}${isFolder ? '' : '?edit'}` },
      }));
    },
  };
};
