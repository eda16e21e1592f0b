import { Group, NumberInput, Switch, Text, TextInput } from '@mantine/core';
import type { SettingsView } from '../../../shared/http/settings.ts';
import { hostText } from '../../../shared/texts/host-text.ts';
import { FormSection } from '../../ui/form-section.tsx';
import { mistakesOf } from '../../ui/mistakes.ts';
import { useEdited } from '../../ui/use-edited.ts';
import { type Amount, amountOf, hostProblem, portProblem } from './checks.ts';
import { strings } from './strings.ts';
import { useChangeSettings } from './use-settings.ts';

/** Where SFTP listens, and whether it does. */
export function SftpSection({ settings }: { settings: SettingsView }) {
  const save = useChangeSettings();
  const { sftp, sftp_status: status } = settings;
  const { values, isChanged, has, edit, reset } = useEdited<{ enabled: boolean; host: string; port: Amount }>(
    { enabled: sftp.enabled, host: sftp.host, port: sftp.port },
    save.reset,
  );
  const { enabled, host, port } = values;
  const [badHost, badPort] = [hostProblem(host), portProblem(port)];
  const { at, rest } = mistakesOf(save.error, ['sftp.host', 'sftp.port'], {
    'sftp.host': badHost,
    'sftp.port': badPort,
  });
  const isAsSaved = !has('host') && !has('port');
  const onSave = (): void => {
    if (port !== '') save.mutate({ sftp: { enabled, host, port } }, { onSuccess: reset });
  };
  return (
    <FormSection
      title={strings.sftp}
      help={strings.sftpHelp}
      onSave={onSave}
      isChanged={isChanged}
      isWrong={badHost !== null || badPort !== null}
      isBusy={save.isPending}
      error={rest}
    >
      <Switch
        label={strings.sftpOn}
        checked={enabled}
        onChange={(event) => edit({ enabled: event.currentTarget.checked })}
      />
      <Group align="flex-start" gap="md">
        <TextInput
          label={strings.host}
          description={strings.hostHelp}
          value={host}
          onChange={(event) => edit({ host: event.currentTarget.value })}
          error={at('sftp.host')}
          spellCheck={false}
          style={{ flex: '2 1 220px' }}
        />
        <NumberInput
          label={strings.port}
          description={strings.portHelp}
          value={port}
          onChange={(value) => edit({ port: amountOf(value) })}
          error={at('sftp.port')}
          allowDecimal={false}
          clampBehavior="none"
          hideControls
          style={{ flex: '1 1 140px' }}
        />
      </Group>
      <Text
        size="sm"
        role="status"
        {...(status.state === 'failed' && isAsSaved ? { c: 'var(--state-bad)' } : {})}
      >
        {status.state === 'listening' && strings.sftpListens(sftp.host, status.port ?? sftp.port)}
        {status.state === 'disabled' && strings.sftpOff}
        {status.state === 'failed' && strings.sftpFailed(hostText(status.problem ?? ''))}
      </Text>
    </FormSection>
  );
}
