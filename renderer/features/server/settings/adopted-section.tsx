import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { releaseContainer } from '../../../../shared/http/container-release.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { api } from '../../../link/api.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { FormSection } from '../../../ui/form-section.tsx';
import { Lockable } from '../../../ui/lockable.tsx';
import { usePermission } from '../../../ui/use-permission.ts';
import { ChangeBar } from './change-bar.tsx';
import { showSection } from './rail.tsx';
import type { ServerSectionProps } from './start-section.tsx';
import { StopSection, useStopSection } from './stop-section.tsx';
import { strings } from './strings.ts';

/** The settings of a server whose container somebody else made: what isn't the container's own. */
export function AdoptedSettings({ container, server }: ServerSectionProps) {
  const { may } = usePermission();
  const mayChange = may('containers.write', server.internal_id);
  const stopping = useStopSection({ container, server });
  return (
    <Stack gap="md" maw={760}>
      <Lockable isLocked={!mayChange} label={strings.settings}>
        <StopSection model={stopping} />
        <Release server={server} />
      </Lockable>
      {mayChange && <ChangeBar sections={[stopping.form]} onShow={showSection} />}
    </Stack>
  );
}

/** What it means, and the way back. */
function Release({ server: { internal_id: id, name } }: { server: ServerSummary }) {
  const [isAsking, setAsking] = useState(false);
  const [, navigate] = useLocation();
  const release = useMutation({
    mutationFn: () => api.call(releaseContainer, { params: { id } }),
    onSuccess({ message }) {
      notifications.show({ message: hostText(message) });
      navigate('/');
    },
    onError: () => setAsking(false),
  });
  return (
    <FormSection title={strings.adopted} help={strings.adoptedHelp} onSave={null} error={release.error}>
      <Group>
        <Button variant="default" type="button" onClick={() => setAsking(true)}>
          {strings.release}
        </Button>
      </Group>
      <Confirm
        opened={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => release.mutate()}
        title={strings.releaseTitle(name)}
        action={strings.release}
        isBusy={release.isPending}
      >
        <Text size="sm">{strings.releaseText}</Text>
      </Confirm>
    </FormSection>
  );
}
