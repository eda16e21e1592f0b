import { ActionIcon, Badge, Button, Group, Menu, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconDots } from '@tabler/icons-react';
import type { Backup } from '../../../../shared/model/backup.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { bytes, moment } from '../../../ui/format.ts';
import { ago } from './ago.ts';
import { copyStrings } from './copy-strings.ts';
import { strings } from './strings.ts';

interface BackupActions {
  look: ((backup: Backup) => void) | null;
  restore: ((backup: Backup) => void) | null;
  /** Null: the token may not, here and below. */
  download: ((backup: Backup) => void) | null;
  rehearse: (backup: Backup) => void;
  asServer: ((backup: Backup) => void) | null;
  check: (backup: Backup) => void;
  /** Places that it can be copied to. */
  copies: readonly { target: string; name: string; copy: (backup: Backup) => void }[];
  remove: (backup: Backup) => void;
}

interface BackupCardProps {
  backup: Backup;
  /** Names of the places where a copy of it is. */
  copiedTo: readonly string[];
  now: number;
  actions: BackupActions;
  /** Whether something is under way with this server's backups: then nothing else can begin. */
  isBusy: boolean;
}

/** One backup: when, what for, whether it can be trusted, and what can be done with it. */
export function BackupCard({ backup, copiedTo, now, actions, isBusy }: BackupCardProps) {
  const when = moment(backup.at, now);
  return (
    <Stack component="li" className="surface" p="md" gap="xs" style={{ listStyle: 'none' }}>
      <Group justify="space-between" gap="sm">
        <Stack gap={2} miw={0}>
          <Group gap="xs">
            <Text fw={600} className="figures">
              {when}
            </Text>
            {backup.kind !== 'backup' && (
              <Badge variant="light" color="gray" tt="none">
                {strings.kinds[backup.kind]}
              </Badge>
            )}
          </Group>
          {backup.note !== '' && (
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {backup.note}
            </Text>
          )}
        </Stack>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            aria-label={strings.lookInside(when)}
            disabled={actions.look === null}
            title={actions.look === null ? strings.noFilesRead : undefined}
            onClick={() => actions.look?.(backup)}
          >
            {strings.look}
          </Button>
          <Button
            size="xs"
            aria-label={strings.restoreOf(when)}
            disabled={isBusy || actions.restore === null}
            title={actions.restore === null ? strings.noFilesWrite : undefined}
            onClick={() => actions.restore?.(backup)}
          >
            {strings.restore}
          </Button>
          <MoreActions backup={backup} when={when} actions={actions} isBusy={isBusy} />
        </Group>
      </Group>
      <Trust backup={backup} now={now} />
      <Text size="sm" className="quiet figures">
        {[
          strings.size(bytes(backup.bytes), backup.files),
          strings.added(bytes(backup.new_bytes)),
          strings.how[backup.how],
          ...(copiedTo.length > 0 ? [copyStrings.copied(copiedTo.join(', '))] : []),
        ].join(' · ')}
      </Text>
      <Named list={backup.unsteady} title={strings.unsteady(backup.unsteady.count)} />
      <Named list={backup.left_out} title={strings.leftOut(backup.left_out.count)} />
    </Stack>
  );
}

function MoreActions({
  backup,
  when,
  actions,
  isBusy,
}: Omit<BackupCardProps, 'now' | 'copiedTo'> & { when: string }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label={strings.actions(when)}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          disabled={isBusy || !backup.can_become_server}
          title={strings.rehearseHelp}
          onClick={() => actions.rehearse(backup)}
        >
          {strings.rehearse}
        </Menu.Item>
        <Menu.Item disabled={actions.download === null} onClick={() => actions.download?.(backup)}>
          {strings.download}
        </Menu.Item>
        <Menu.Item
          disabled={isBusy || !backup.can_become_server || actions.asServer === null}
          title={actions.asServer === null ? strings.noCreate : undefined}
          onClick={() => actions.asServer?.(backup)}
        >
          {strings.asServer}
        </Menu.Item>
        <Menu.Item disabled={isBusy} onClick={() => actions.check(backup)}>
          {strings.check}
        </Menu.Item>
        {actions.copies.map(({ target, name, copy }) => (
          <Menu.Item key={target} onClick={() => copy(backup)}>
            {copyStrings.copyTo(name)}
          </Menu.Item>
        ))}
        <Menu.Item color="red" disabled={isBusy} onClick={() => actions.remove(backup)}>
          {strings.delete}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** What is known of it: whether all of it can be read, and whether a server has started from it. */
function Trust({ backup, now }: { backup: Backup; now: number }) {
  const { damaged, checked_at, rehearsal } = backup;
  const isSound = damaged === 0;
  const checked = checked_at === null ? strings.notChecked : strings.checked(ago(checked_at, now));
  const rehearsed =
    rehearsal && (rehearsal.ok ? strings.started : strings.notStarted)(ago(rehearsal.at, now));
  const words = [isSound ? strings.restorable : strings.damaged(damaged), checked, rehearsed];
  const Icon = isSound ? IconCircleCheck : IconAlertTriangle;
  return (
    <Group gap={6} wrap="nowrap" c={isSound ? 'var(--state-running)' : 'var(--state-bad)'} align="flex-start">
      <Icon size={18} aria-hidden="true" style={{ flexShrink: 0, marginTop: 1 }} />
      <Text size="sm" title={rehearsal ? hostText(rehearsal.words) : undefined}>
        {words.filter((word) => word !== null).join(', ')}
      </Text>
    </Group>
  );
}

function Named({ list, title }: { list: Backup['unsteady']; title: string }) {
  if (list.count === 0) return null;
  const more = list.count - list.paths.length;
  return (
    <details>
      <summary>
        <Text component="span" size="sm">
          {title}
        </Text>
      </summary>
      <Stack gap={0} mt={4}>
        {list.paths.map(({ path, why }) => (
          <Text key={path} size="sm" className="quiet" style={{ overflowWrap: 'anywhere' }}>
            {path}: {hostText(why)}
          </Text>
        ))}
        {more > 0 && (
          <Text size="sm" className="quiet">
            {strings.more(more)}
          </Text>
        )}
      </Stack>
    </details>
  );
}
