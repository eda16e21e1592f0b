import { Alert, Button, Code, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { reloadRemoteConfig } from '../../../shared/http/remote.ts';
import type { SettingsView } from '../../../shared/http/settings.ts';
import { api, queryClient } from '../../link/api.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Section } from '../../ui/page.tsx';
import { showFailure } from '../../ui/show-failure.ts';
import { KeepingSection } from './keeping-section.tsx';
import { OwnerSections } from './owner-sections.tsx';
import { SftpSection } from './sftp-section.tsx';
import { keyLabel, strings } from './strings.ts';
import { UsageSection } from './usage-section.tsx';
import { settingsKey, useSettings } from './use-settings.ts';

/** What can be changed of the host while it runs, each subject saved by itself. */
export function HostSettings({ folder }: { folder: string }) {
  const query = useSettings();
  return (
    <Loaded query={query} what={strings.changing}>
      {(settings) => <Sections settings={settings} folder={folder} />}
    </Loaded>
  );
}

function Sections({ settings, folder }: { settings: SettingsView; folder: string }) {
  return (
    <>
      {settings.restart_required.length > 0 && (
        <Alert color="yellow" role="status">
          {strings.waits(settings.restart_required.map(keyLabel).join(', '))}
        </Alert>
      )}
      <SftpSection settings={settings} />
      <KeepingSection settings={settings} />
      <UsageSection settings={settings} />
      <OwnerSections settings={settings} />
      <ConfigurationFile folder={folder} />
    </>
  );
}

function ConfigurationFile({ folder }: { folder: string }) {
  const reload = useMutation({
    mutationFn: () => api.call(reloadRemoteConfig, {}),
    onSuccess: ({ restart_required: keys }) => {
      const message =
        keys.length === 0 ? strings.reloaded : strings.reloadedWaits(keys.map(keyLabel).join(', '));
      notifications.show({ message });
      return queryClient.invalidateQueries({ queryKey: settingsKey });
    },
    onError: (error) => showFailure(error),
  });
  return (
    <Section title={strings.configuration}>
      <Text size="sm" className="quiet">
        {strings.editHelp} <Code style={{ overflowWrap: 'anywhere' }}>{folder}</Code>
      </Text>
      <Button variant="default" w="fit-content" loading={reload.isPending} onClick={() => reload.mutate()}>
        {strings.reload}
      </Button>
    </Section>
  );
}
