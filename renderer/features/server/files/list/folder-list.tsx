import { Text, UnstyledButton } from '@mantine/core';
import { IconArrowUp, IconFolder } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ApiError } from '../../../../../client/http-client.ts';
import { listFiles } from '../../../../../shared/http/files.ts';
import { hostText } from '../../../../../shared/texts/host-text.ts';
import { api } from '../../../../link/api.ts';
import { join, parentOf } from '../paths.ts';
import { strings } from '../strings.ts';
import { byName, sorted } from './sorting.ts';

/** Most folders to choose from; others can be typed. */
const maxShown = 200;

interface FolderListProps {
  volume: string;
  path: string;
  onOpen: (path: string) => void;
}

/** The folders in a folder, to go on from; with the way up. */
export function FolderList({ volume, path, onOpen }: FolderListProps) {
  const { data, error } = useQuery({
    queryKey: ['files', volume, path],
    queryFn: ({ signal }) => api.call(listFiles, { params: { id: volume }, query: { path }, signal }),
    staleTime: 0,
  });
  const folders = useMemo(
    () => sorted(data?.files.filter(({ type }) => type === 'directory') ?? [], byName),
    [data],
  );
  const note = error
    ? error instanceof ApiError && error.status === 404
      ? strings.placeIsNew
      : hostText(error.message)
    : data && folders.length === 0
      ? strings.noFolders
      : folders.length > maxShown
        ? strings.more(folders.length - maxShown)
        : null;
  return (
    <section className="folder-list" aria-label={strings.foldersIn(path)}>
      {path !== '' && (
        <UnstyledButton className="folder-choice" onClick={() => onOpen(parentOf(path))}>
          <IconArrowUp size={16} aria-hidden="true" />
          {strings.up}
        </UnstyledButton>
      )}
      {folders.slice(0, maxShown).map(({ name }) => (
        <UnstyledButton key={name} className="folder-choice" onClick={() => onOpen(join(path, name))}>
          <IconFolder size={16} aria-hidden="true" />
          <span className="ellipsis">{name}</span>
        </UnstyledButton>
      ))}
      {note !== null && (
        <Text size="sm" className="quiet" p={6} role="status">
          {note}
        </Text>
      )}
    </section>
  );
}
