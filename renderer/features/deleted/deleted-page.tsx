import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { listDeleted } from '../../../shared/http/deleted.ts';
import { api } from '../../link/api.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { usePermission } from '../../ui/use-permission.ts';
import { DeletedServerRow } from './deleted-server-row.tsx';
import { KeptFilesRow } from './kept-files-row.tsx';
import { strings } from './strings.ts';
import './deleted.css';

/** Servers that were deleted, and files that no server has: to be had back, used, or deleted for good. */
export default function DeletedPage() {
  const { may, isBound } = usePermission();
  const deleted = useQuery({
    queryKey: ['deleted'],
    queryFn: ({ signal }) => api.call(listDeleted, { signal }),
    staleTime: 0,
  });
  const seesFiles = may('files.read') && !isBound;
  return (
    <Page title={strings.title}>
      <Loaded query={deleted} what={strings.see}>
        {({ servers, files, keep_days }) => (
          <>
            <Section title={strings.servers}>
              <Text size="sm" className="quiet">
                {servers.length === 0 && keep_days > 0 ? strings.noServers : strings.serversHelp(keep_days)}
              </Text>
              <ul className="plain-list deleted-list">
                {servers.map((server) => (
                  <DeletedServerRow key={server.deletion} server={server} />
                ))}
              </ul>
            </Section>
            {seesFiles && (
              <Section title={strings.files}>
                <Text size="sm" className="quiet">
                  {files.length === 0 ? strings.noFiles : strings.filesHelp}
                </Text>
                <ul className="plain-list deleted-list">
                  {files.map((one) => (
                    <KeptFilesRow key={one.volume_id} files={one} />
                  ))}
                </ul>
              </Section>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}
