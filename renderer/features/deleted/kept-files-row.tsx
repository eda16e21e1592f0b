import { Button, type ButtonProps, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { KeptFiles } from '../../../shared/http/deleted.ts';
import { deleteVolume } from '../../../shared/http/volumes.ts';
import { api, queryClient } from '../../link/api.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { bytes, moment } from '../../ui/format.ts';
import { mayCreateServers } from '../../ui/permission.ts';
import { showFailure } from '../../ui/show-failure.ts';
import { usePermission } from '../../ui/use-permission.ts';
import { downloadVolume } from './download-volume.ts';
import { strings } from './strings.ts';

const mebibyte = 1024 * 1024;
const quiet = { variant: 'default', size: 'compact-sm' } satisfies ButtonProps;

function sizeOf({ used, size_mb }: KeptFiles): string {
  const size = bytes(size_mb * mebibyte);
  return used === null ? strings.sizeUnknown(size) : strings.ofSize(bytes(used), size);
}

/** The files of a server that is gone. */
export function KeptFilesRow({ files }: { files: KeptFiles }) {
  const { volume_id: id, from, created_at } = files;
  const permission = usePermission();
  const mayChange = permission.may('files.write') && !permission.isBound;
  const [isAsking, setAsking] = useState(false);
  const name = from ? strings.from(from.name) : strings.fromNobody;
  const when = from
    ? strings.deleted(moment(from.deleted_at * 1000), '')
    : strings.made(moment(created_at * 1000));
  const refresh = () => queryClient.invalidateQueries({ queryKey: ['deleted'] });
  const remove = useMutation({
    mutationFn: () => api.call(deleteVolume, { params: { id } }),
    onSuccess: () => void notifications.show({ message: strings.removed }),
    onError: (error) => showFailure(error),
    onSettled: () => {
      setAsking(false);
      return refresh();
    },
  });
  const download = useMutation({
    mutationFn: () => downloadVolume(id, from?.internal_id ?? 'files'),
    onError: (error) => showFailure(error),
    onSettled: refresh,
  });
  return (
    <li>
      <div className="what">
        <Text size="sm" fw={600} className="ellipsis" title={name}>
          {name}
        </Text>
        <Text size="xs" className="quiet figures" title={id}>
          {[sizeOf(files), when, from?.image].filter((fact) => fact !== undefined).join(' · ')}
        </Text>
        {download.isPending && (
          <Text size="xs" role="status">
            {strings.packing}
          </Text>
        )}
      </div>
      <Group gap="xs">
        {mayCreateServers(permission) && (
          <Button component={Link} {...quiet} href={`/new?files=${id}`} aria-label={strings.makeOne(name)}>
            {strings.makeServer}
          </Button>
        )}
        {mayChange && (
          <>
            <Button
              {...quiet}
              loading={download.isPending}
              onClick={() => download.mutate()}
              aria-label={strings.downloadOne(name)}
            >
              {strings.download}
            </Button>
            <Button {...quiet} onClick={() => setAsking(true)} aria-label={strings.removeOne(name)}>
              {strings.remove}
            </Button>
          </>
        )}
      </Group>
      <Confirm
        opened={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate()}
        title={strings.removeTitle}
        action={strings.remove}
        isBusy={remove.isPending}
      >
        {strings.removeText(name, sizeOf(files))}
      </Confirm>
    </li>
  );
}
