import { ActionIcon, Code, Group, Menu, Stack, Text } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import {
  commandFor,
  type Player,
  type PlayerCommand,
  type PlayersSetting,
  playerCommandSchema,
} from '../../../../shared/model/players.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { duration, moment } from '../../../ui/format.ts';
import { useNow } from '../../../ui/use-now.ts';
import { usePermission } from '../../../ui/use-permission.ts';
import { useContainer } from '../use-container.ts';
import { strings } from './strings.ts';
import { usePlayerCommand } from './use-players.ts';

interface PlayerListProps {
  server: string;
  players: readonly Player[];
  /** How many there are; more than names where there are very many. */
  online: number;
}

interface Question {
  command: PlayerCommand;
  name: string;
  line: string;
}

/** Those who are on, with what can be done to them. */
export function PlayerList({ server, players, online }: PlayerListProps) {
  const commands = useContainer(server).data?.players?.commands ?? {};
  const [question, setQuestion] = useState<Question | null>(null);
  const send = usePlayerCommand(server);
  const now = useNow(10_000);
  if (players.length === 0)
    return <Text className="quiet">{online === 0 ? strings.nobody : strings.noNames}</Text>;
  return (
    <>
      <Stack
        component="ul"
        className="plain-list"
        gap={4}
        mah={420}
        style={{ overflowY: 'auto' }}
        aria-label={strings.online}
        // It scrolls, so the keyboard must be able to reach it.
        tabIndex={0}
      >
        {players.map(({ name, since }) => (
          <Group component="li" key={name} justify="space-between" wrap="nowrap" mih={30}>
            <Text style={{ overflowWrap: 'anywhere' }}>{name}</Text>
            <Group gap="xs" wrap="nowrap" style={{ flexShrink: 0 }}>
              <Text size="sm" className="quiet figures" title={strings.since(moment(since))}>
                {duration(now - since)}
              </Text>
              <Acts server={server} name={name} commands={commands} onChoose={setQuestion} />
            </Group>
          </Group>
        ))}
        {online > players.length && (
          <Text component="li" size="sm" className="quiet">
            {strings.more(online - players.length)}
          </Text>
        )}
      </Stack>
      <Confirm
        opened={question !== null}
        onClose={() => setQuestion(null)}
        onConfirm={() => question && send.mutate(question, { onSettled: () => setQuestion(null) })}
        title={question === null ? '' : strings.question[question.command](question.name)}
        action={question === null ? '' : strings.commands[question.command]}
        isBusy={send.isPending}
      >
        <Text size="sm">
          {strings.isTyped('')}
          <Code>{question?.line}</Code>
        </Text>
      </Confirm>
    </>
  );
}

interface ActsProps {
  server: string;
  name: string;
  commands: PlayersSetting['commands'];
  onChoose: (question: Question) => void;
}

function Acts({ server, name, commands, onChoose }: ActsProps) {
  const { may, isKnown } = usePermission();
  const offered = playerCommandSchema.options.filter((command) => commands[command] !== undefined);
  if (offered.length === 0) return null;
  const lacks = isKnown && !may('console.send', server) ? strings.lacks : null;
  const line = (command: PlayerCommand) => commandFor(commands[command] ?? '', name);
  const why = lacks ?? (offered.every((command) => line(command) === null) ? strings.odd : null);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={strings.acts(name)}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {why !== null && <Menu.Label maw={260}>{why}</Menu.Label>}
        {offered.map((command) => {
          const typed = line(command);
          return (
            <Menu.Item
              key={command}
              disabled={why !== null || typed === null}
              onClick={() => typed !== null && onChoose({ command, name, line: typed })}
            >
              {strings.commands[command]}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
