import { Select, Stack, Switch, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Preferences, preferencesSchema } from '../../../shared/model/preferences.ts';
import { desktopApp } from '../../link/desktop.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { Section } from '../../ui/page.tsx';
import { QueryTrouble } from '../../ui/query-trouble.tsx';
import { useChangePreferences, usePreferences } from '../../ui/use-preferences.ts';
import { Fact } from './description-item.tsx';
import { desktopWords as words } from './desktop-strings.ts';

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
    <Section title={words.title}>
      {trouble && <QueryTrouble error={trouble} what={words.seeing} onRetry={retry} />}
      {preferences.data && (
        <Choices preferences={preferences.data} isAttached={versions.data?.host === 'attached'} />
      )}
      {versions.data && (
        <Stack gap="xs">
          <Text size="sm">{words.hosts[versions.data.host]}</Text>
          <Fact name={words.version}>{versions.data.app}</Fact>
          <Fact name="Electron">{versions.data.electron}</Fact>
          <Fact name="Chromium">{versions.data.chromium}</Fact>
          <Fact name={words.folder}>
            {versions.data.data_dir} <CopyButton text={versions.data.data_dir} what={words.folderCopied} />
          </Fact>
        </Stack>
      )}
    </Section>
  );
}

interface ChoicesProps {
  preferences: Preferences;
  /** Then servers are not the app's to end. */
  isAttached: boolean;
}

function Choices({ preferences, isAttached }: ChoicesProps) {
  const { mutate, isPending } = useChangePreferences();
  const shape = preferencesSchema.shape;
  return (
    <Stack gap="md">
      <Switch
        label={words.tray}
        description={words.trayHelp}
        checked={preferences.close_to_tray}
        disabled={isPending}
        onChange={(event) => mutate({ close_to_tray: event.currentTarget.checked })}
      />
      <Switch
        label={words.login}
        checked={preferences.start_at_login}
        disabled={isPending}
        onChange={(event) => mutate({ start_at_login: event.currentTarget.checked })}
      />
      <Switch
        label={words.hidden}
        description={words.hiddenHelp}
        checked={preferences.start_hidden}
        disabled={isPending || !preferences.start_at_login}
        onChange={(event) => mutate({ start_hidden: event.currentTarget.checked })}
      />
      <Select
        label={words.notifications}
        data={optionsOf(words.notificationKinds)}
        value={preferences.notifications}
        onChange={(value) => {
          const { data } = shape.notifications.safeParse(value);
          if (data) mutate({ notifications: data });
        }}
        allowDeselect={false}
        maw={360}
      />
      <Select
        label={words.quit}
        description={isAttached ? words.quitAttached : words.quitHelp}
        data={optionsOf(words.quitKinds)}
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
