import { Anchor, Breadcrumbs, Button, Checkbox, Group, Modal, ScrollArea, Stack, Text } from '@mantine/core';
import { IconFile, IconFolder, IconLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type BackupEntry, listBackupFiles } from '../../../../shared/http/backups.ts';
import type { Backup } from '../../../../shared/model/backup.ts';
import { api } from '../../../link/api.ts';
import { bytes, moment } from '../../../ui/format.ts';
import { Loaded } from '../../../ui/loaded.tsx';
import { downloadBackup } from './download-backup.ts';
import { strings } from './strings.ts';

interface InsideDialogProps {
  backup: Backup | null;
  onClose: () => void;
  /** Null: the token may not. */
  onRestore: ((paths: string[]) => void) | null;
}

/** Entries that are shown of one folder: what is beyond is restored with its folder. */
const maxShown = 1000;

/** The files of a backup, folder by folder, of which some can be chosen. */
export function InsideDialog({ backup, onClose, onRestore }: InsideDialogProps) {
  return (
    <Modal
      opened={backup !== null}
      onClose={onClose}
      size="lg"
      title={backup ? strings.insideTitle(moment(backup.at)) : ''}
    >
      {backup && <Inside key={backup.id} backup={backup} onRestore={onRestore} />}
    </Modal>
  );
}

const join = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

function Inside({ backup, onRestore }: { backup: Backup; onRestore: InsideDialogProps['onRestore'] }) {
  const [folder, setFolder] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const query = useQuery({
    queryKey: ['backup files', backup.id, folder],
    queryFn: ({ signal }) =>
      api.call(listBackupFiles, {
        params: { id: backup.container_id, backup: backup.id },
        query: { path: folder },
        signal,
      }),
  });
  /** Of the chosen those that are files. */
  const [files, setFiles] = useState<ReadonlySet<string>>(new Set());
  const toggle = (path: string, { type }: BackupEntry): void => {
    const next = new Set(chosen);
    if (!next.delete(path)) next.add(path);
    setChosen(next);
    if (type === 'file') setFiles(new Set([...files, path]));
  };
  return (
    <Stack gap="md">
      <Crumbs folder={folder} onOpen={setFolder} />
      <Loaded query={query} what={strings.what}>
        {({ files: entries }) => (
          <ScrollArea.Autosize mah="50vh">
            {entries.length === 0 && <Text className="quiet">{strings.insideEmpty}</Text>}
            <Stack gap={2} component="ul" m={0} p={0}>
              {entries.slice(0, maxShown).map((entry) => (
                <Entry
                  key={entry.name}
                  entry={entry}
                  isChosen={chosen.has(join(folder, entry.name))}
                  onToggle={() => toggle(join(folder, entry.name), entry)}
                  onOpen={() => setFolder(join(folder, entry.name))}
                />
              ))}
            </Stack>
            {entries.length > maxShown && (
              <Text size="sm" className="quiet">
                {strings.more(entries.length - maxShown)}
              </Text>
            )}
          </ScrollArea.Autosize>
        )}
      </Loaded>
      <Group justify="flex-end">
        <Button
          variant="default"
          disabled={chosen.size !== 1}
          onClick={() => {
            const [path = ''] = chosen;
            void downloadBackup(backup, { path, format: files.has(path) ? 'file' : 'zip' });
          }}
        >
          {strings.downloadChosen}
        </Button>
        <Button disabled={chosen.size === 0 || onRestore === null} onClick={() => onRestore?.([...chosen])}>
          {strings.restoreChosen(chosen.size)}
        </Button>
      </Group>
    </Stack>
  );
}

function Crumbs({ folder, onOpen }: { folder: string; onOpen: (folder: string) => void }) {
  const names = folder === '' ? [] : folder.split('/');
  return (
    <Breadcrumbs>
      <Anchor component="button" size="sm" onClick={() => onOpen('')}>
        {strings.top}
      </Anchor>
      {names.map((name, index) => {
        const path = names.slice(0, index + 1).join('/');
        return (
          <Anchor key={path} component="button" size="sm" onClick={() => onOpen(path)}>
            {name}
          </Anchor>
        );
      })}
    </Breadcrumbs>
  );
}

interface EntryProps {
  entry: BackupEntry;
  isChosen: boolean;
  onToggle: () => void;
  onOpen: () => void;
}

const icons = { file: IconFile, directory: IconFolder, link: IconLink };

function Entry({ entry: { name, type, size, modified_at }, isChosen, onToggle, onOpen }: EntryProps) {
  const Icon = icons[type];
  return (
    <Group component="li" gap="sm" wrap="nowrap" style={{ listStyle: 'none' }}>
      <Checkbox size="xs" aria-label={strings.choose(name)} checked={isChosen} onChange={onToggle} />
      <Icon size={16} aria-hidden="true" style={{ flexShrink: 0 }} />
      {type === 'directory' ? (
        <Anchor component="button" size="sm" className="ellipsis" onClick={onOpen} title={name}>
          {name}
        </Anchor>
      ) : (
        <Text size="sm" className="ellipsis" title={name}>
          {name}
        </Text>
      )}
      <Text size="sm" className="quiet figures" ml="auto" style={{ flexShrink: 0 }}>
        {type === 'file' ? bytes(size) : ''}
      </Text>
      <Text size="sm" className="quiet figures" visibleFrom="sm" style={{ flexShrink: 0 }}>
        {moment(modified_at * 1000)}
      </Text>
    </Group>
  );
}
