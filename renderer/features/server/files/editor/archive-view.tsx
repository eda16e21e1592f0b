import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { listArchive } from '../../../../../shared/http/archives.ts';
import { api } from '../../../../link/api.ts';
import { bytes, moment } from '../../../../ui/format.ts';
import { Loaded } from '../../../../ui/loaded.tsx';
import { nameOf } from '../paths.ts';
import { strings } from '../strings.ts';

/** Most rows that are drawn. */
const maxShown = 2000;

/** What is in an archive, before anything is unpacked. */
export function ArchiveView({ volume, path }: { volume: string; path: string }) {
  const query = useQuery({
    queryKey: ['archive', volume, path],
    queryFn: ({ signal }) => api.call(listArchive, { params: { id: volume }, query: { path }, signal }),
    gcTime: 0,
    retry: false,
  });
  return (
    <Loaded query={query} what={strings.seeArchive}>
      {({ entries, is_cut }) => (
        <>
          <Text size="sm" className="quiet" role="status">
            {strings.inArchive(Math.min(entries.length, maxShown), is_cut || entries.length > maxShown)}
          </Text>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <section className="archive-list" tabIndex={0} aria-label={strings.archiveContents(nameOf(path))}>
            <ul className="plain-list">
              {entries.slice(0, maxShown).map(({ name, kind, size, modified_at }, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: an archive may have a name twice
                <li key={index} className="archive-row">
                  <span className="wrapped">
                    {kind === 'directory' ? `${name.replace(/\/$/, '')}/` : name}
                  </span>
                  <span className="figures quiet">{kind === 'file' ? bytes(size) : ''}</span>
                  <span className="figures quiet file-changed">
                    {modified_at === null ? '' : moment(modified_at * 1000)}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        </>
      )}
    </Loaded>
  );
}
