import { Button, Group, PasswordInput, Stack, Switch, Text, TextInput } from '@mantine/core';
import type { RemoteStatus, SettingsView } from '../../../shared/http/settings.ts';
import { hostText } from '../../../shared/texts/host-text.ts';
import { FormSection } from '../../ui/form-section.tsx';
import { moment } from '../../ui/format.ts';
import { mistakesOf } from '../../ui/mistakes.ts';
import { useEdited } from '../../ui/use-edited.ts';
import { needsToken, panelProblem } from './checks.ts';
import { onlyOwner } from './only-owner.tsx';
import { strings } from './strings.ts';
import { useChangeSettings, useSettings } from './use-settings.ts';

/** The panel that is told of installs. Its token goes to the host and never comes back. */
export function PanelSection({ settings }: { settings: SettingsView }) {
  const save = useChangeSettings();
  const { remote, remote_status: status } = settings;
  const { values, isChanged, edit, reset } = useEdited<{
    enabled: boolean;
    url: string;
    token: string | null;
  }>({ enabled: remote.enabled, url: remote.url, token: null }, save.reset);
  const { enabled, url, token } = values;
  const badUrl = panelProblem(enabled, url);
  const isTokenMissing = token === null && remote.token !== '' && needsToken(remote.url, url);
  const { at, rest } = mistakesOf(save.error, ['remote.url', 'remote.token'], {
    'remote.url': badUrl,
    'remote.token': isTokenMissing ? strings.tokenAgain : null,
  });
  const onSave = (): void =>
    save.mutate(
      {
        remote: {
          enabled,
          // What is shown may have been shortened by the host: it is sent only if it was changed.
          ...(url === remote.url ? {} : { url }),
          ...(token === null ? {} : { token }),
        },
      },
      { onSuccess: reset },
    );
  return (
    <FormSection
      title={strings.remote}
      help={strings.remoteHelp}
      onSave={onSave}
      isChanged={isChanged}
      isWrong={badUrl !== null || isTokenMissing}
      isBusy={save.isPending}
      error={rest}
    >
      {onlyOwner(settings.owner)}
      <Switch
        label={strings.remoteOn}
        checked={enabled}
        onChange={(event) => edit({ enabled: event.currentTarget.checked })}
      />
      <TextInput
        label={strings.url}
        description={strings.urlHelp}
        value={url}
        onChange={(event) => edit({ url: event.currentTarget.value })}
        error={at('remote.url')}
        spellCheck={false}
        inputMode="url"
      />
      <Stack gap="xs" align="stretch">
        <PasswordInput
          label={strings.panelToken}
          description={remote.token === '' ? strings.noPanelToken : strings.panelTokenHelp(remote.token)}
          value={token ?? ''}
          placeholder={token === '' ? strings.tokenGoes : ''}
          onChange={(event) => edit({ token: event.currentTarget.value || null })}
          error={at('remote.token')}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': strings.showToken, tabIndex: 0 }}
        />
        {remote.token !== '' && (
          <Group>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => edit({ token: token === '' ? null : '' })}
            >
              {token === '' ? strings.keepToken : strings.removeToken}
            </Button>
          </Group>
        )}
      </Stack>
      {remote.enabled && <PanelStatus status={status} />}
    </FormSection>
  );
}

function PanelStatus({ status }: { status: RemoteStatus }) {
  const query = useSettings();
  const { state, last_success: success, last_failure: failure } = status;
  return (
    <Group gap="md" justify="space-between">
      <Stack gap={0} role="status" style={{ flex: '1 1 220px' }}>
        <Text size="sm" {...(state === 'failing' ? { c: 'var(--state-bad)' } : {})}>
          {strings.panelStates[state]}
        </Text>
        {success !== null && (
          <Text size="sm" className="quiet">
            {strings.lastSuccess(moment(success))}
          </Text>
        )}
        {failure && (
          <Text size="sm" className="quiet">
            {strings.lastFailure(moment(failure.at), hostText(failure.problem))}
          </Text>
        )}
      </Stack>
      <Button
        size="compact-sm"
        variant="default"
        loading={query.isFetching}
        onClick={() => void query.refetch()}
      >
        {strings.lookAgain}
      </Button>
    </Group>
  );
}
