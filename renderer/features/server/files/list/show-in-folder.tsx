import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconFolderOpen } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { desktopApp } from '../../../../link/desktop.ts';
import { showFailure } from '../../../../ui/show-failure.ts';
import { strings } from '../strings.ts';

/** Opens the server's files in the system's own file manager: in the desktop app alone, which may be on another machine than they. */
export function ShowInFolder({ server }: { server: string }) {
  const app = desktopApp();
  const show = useMutation({
    mutationFn: async () => (await app?.showFiles(server)) ?? false,
    onSuccess: (isShown) => {
      if (!isShown) notifications.show({ color: 'yellow', message: strings.notHere });
    },
    onError: (error) => showFailure(error),
  });
  if (!app) return null;
  return (
    <Button
      variant="default"
      size="compact-md"
      leftSection={<IconFolderOpen size={16} />}
      loading={show.isPending}
      onClick={() => show.mutate()}
    >
      {strings.showInFolder}
    </Button>
  );
}
