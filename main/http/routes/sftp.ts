import { LightdeckError } from '../../../shared/errors.ts';
import {
  getSftpInfo,
  resetSftpCredentials,
  type SftpCredentials,
  type SftpCredentialsInput,
  type SftpInfo,
} from '../../../shared/http/sftp.ts';
import { requireScope } from '../../auth/require-scope.ts';
import type { Servers } from '../../servers/contract.ts';
import { existingServer } from '../../servers/existing-server.ts';
import type { RouteMounter } from '../route-mounter.ts';

/** What the routes need of the SFTP side, which is a way in of its own. */
export interface SftpAccess {
  /** Makes or renews the server's login, and ends its open sessions. Throws `conflict` for a username that is taken. */
  reset(server: string, request: SftpCredentialsInput): Promise<SftpCredentials>;
  /** Null if the server has no login. */
  info(server: string): SftpInfo | null;
}

export function mountSftp(mounter: RouteMounter, options: { servers: Servers; sftp: SftpAccess }): void {
  const { servers, sftp } = options;

  mounter.mount(resetSftpCredentials)(({ params, body, grant }) => {
    // The login reads as well as it writes.
    requireScope(grant, 'files.read', params.id);
    existingServer(servers, params.id);
    return sftp.reset(params.id, body);
  });

  mounter.mount(getSftpInfo)(({ params }) => {
    existingServer(servers, params.id);
    const info = sftp.info(params.id);
    if (!info)
      throw new LightdeckError(
        'not_found',
        `The server ${params.id} has no SFTP login yet: make one with POST /containers/${params.id}/sftp/credentials`,
      );
    return info;
  });
}
