import { Button, Group, Stack, Switch, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { desktopApp } from '../../link/desktop.ts';
import { showFailure } from '../../ui/show-failure.ts';
import { desktopStrings as strings } from './desktop-strings.ts';

/** Whether a service of the user's is the host. It restarts the app, so it is said before and done by a button of its own. */
export function ServiceSwitch() {
  const app = desktopApp();
  const { data: state } = useQuery({
    queryKey: ['desktop', 'user-service'],
    queryFn: () => app?.userService() ?? null,
  });
  const [wanted, setWanted] = useState<boolean | null>(null);
  const change = useMutation({
    mutationFn: async (on: boolean) => app?.setUserService(on),
    onError: (error) => showFailure(error),
  });
  if (!state || state === 'unavailable') return null;
  const isOn = state === 'on';
  const isChanged = wanted !== null && wanted !== isOn;
  return (
    <Stack gap="xs">
      <Switch
        label={strings.service}
        description={strings.serviceHelp}
        checked={wanted ?? isOn}
        disabled={change.isPending}
        onChange={(event) => setWanted(event.currentTarget.checked)}
      />
      {isChanged && (
        <>
          {isOn && <Text size="sm">{strings.serviceOff}</Text>}
          <Group gap="sm">
            <Button loading={change.isPending} onClick={() => change.mutate(!isOn)}>
              {isOn ? strings.serviceEnd : strings.serviceChange}
            </Button>
            <Button variant="default" disabled={change.isPending} onClick={() => setWanted(null)}>
              {strings.cancel}
            </Button>
          </Group>
        </>
      )}
    </Stack>
  );
}
