import { Select, Stack, Switch, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Preferences, preferencesSchema } from '../../../shared/model/preferences.ts';
import { desktopApp } from '../../link/desktop.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { Section } from '../../ui/page.tsx';
import { QueryTrouble } from '../../ui/query-trouble.tsx';
import { useChangePreferences, usePreferences } from '../../ui/use-preferences.ts';
import { AppImageEntrySwitch } from './app-image-entry-switch.tsx';
import { DescriptionItem } from './description-item.tsx';
import { desktopStrings as strings } from './desktop-strings.ts';
import { ServiceSwitch } from './service-switch.tsx';
import { UpdateSection } from './update-section.tsx';

/** What the desktop app itself is to do; each setting is kept at once. */
export default function DesktopSection() {
  const preferences = usePreferences();
  const versions = useQuery({
    queryKey: ['desktop', 'versions'],
    queryFn: () => desktopApp()?.versions() ?? null,
  });
  const trouble = preferences.error ?? versions.error;
  const retry = (): void => {
    void preferences.refetch();
    void versions.refetch();
  };
  return (
    <Section title={strings.title}>
      {trouble && <QueryTrouble error={trouble} what={strings.seeing} onRetry={retry} />}
      {preferences.data && (
        <Choices
          preferences={preferences.data}
          isAttached={versions.data?.host === 'attached'}
          hasTray={versions.data?.tray ?? true}
        />
      )}
      <AppImageEntrySwitch />
      <ServiceSwitch />
      <UpdateSection />
      {versions.data && (
        <Stack gap="xs">
          <Text size="sm">{strings.hosts[versions.data.host]}</Text>
          <DescriptionItem name={strings.version}>{versions.data.app}</DescriptionItem>
          <DescriptionItem name="Electron">{versions.data.electron}</DescriptionItem>
          <DescriptionItem name="Chromium">{versions.data.chromium}</DescriptionItem>
          <DescriptionItem name={strings.folder}>
            {versions.data.data_dir} <CopyButton text={versions.data.data_dir} what={strings.folderCopied} />
          </DescriptionItem>
        </Stack>
      )}
    </Section>
  );
}

interface ChoicesProps {
  preferences: Preferences;
  /** Then servers are not the app's to end. */
  isAttached: boolean;
  hasTray: boolean;
}

function Choices({ preferences, isAttached, hasTray }: ChoicesProps) {
  const { mutate, isPending } = useChangePreferences();
  const shape = preferencesSchema.shape;
  return (
    <Stack gap="md">
      <Switch
        label={hasTray ? strings.tray : strings.noTray}
        description={hasTray ? strings.trayHelp : strings.noTrayHelp}
        checked={preferences.close_to_tray}
        disabled={isPending}
        onChange={(event) => mutate({ close_to_tray: event.currentTarget.checked })}
      />
      <Switch
        label={strings.login}
        checked={preferences.start_at_login}
        disabled={isPending}
        onChange={(event) => mutate({ start_at_login: event.currentTarget.checked })}
      />
      <Switch
        label={strings.hidden}
        description={hasTray ? strings.hiddenHelp : strings.noTrayHidden}
        checked={preferences.start_hidden}
        disabled={isPending || !preferences.start_at_login}
        onChange={(event) => mutate({ start_hidden: event.currentTarget.checked })}
      />
      <Select
        label={strings.notifications}
        data={optionsOf(strings.notificationKinds)}
        value={preferences.notifications}
        onChange={(value) => {
          const { data } = shape.notifications.safeParse(value);
          if (data) mutate({ notifications: data });
        }}
        allowDeselect={false}
        maw={360}
      />
      <Select
        label={strings.quit}
        description={isAttached ? strings.quitAttached : strings.quitHelp}
        data={optionsOf(strings.quitKinds)}
        value={isAttached ? 'leave' : preferences.on_quit}
        disabled={isAttached}
        onChange={(value) => {
          const { data } = shape.on_quit.safeParse(value);
          if (data) mutate({ on_quit: data });
        }}
        allowDeselect={false}
        maw={360}
      />
    </Stack>
  );
}

const optionsOf = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).map(([value, label]) => ({ value, label }));
