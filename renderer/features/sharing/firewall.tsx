import { Code, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { readSystem } from '../../../shared/http/system.ts';
import { api } from '../../link/api.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { strings } from './strings.ts';

/** What the host's own system asks or needs before others get through, how to answer, and how to take it back. */
export function Firewall({ port }: { port: number }) {
  const { data } = useQuery({
    queryKey: ['system'],
    queryFn: ({ signal }) => api.call(readSystem, { signal }),
  });
  const platform = data?.host.platform;
  if (platform === undefined) return null;
  const { title, windows, mac, linux, other } = strings.firewall;
  return (
    <details>
      <summary>
        <Text component="span" size="sm" fw={600}>
          {title}
        </Text>
      </summary>
      <Stack gap="xs" pt="xs">
        {platform === 'win32' && <Steps steps={windows} />}
        {platform === 'darwin' && <Steps steps={mac} />}
        {platform === 'linux' && (
          <>
            <Text size="sm">{linux.help}</Text>
            {linux.commands(port).map(({ name, command }) => (
              <Command key={command} name={name} command={command} />
            ))}
            <Text size="sm">{linux.mdns}</Text>
          </>
        )}
        {!['win32', 'darwin', 'linux'].includes(platform) && <Text size="sm">{other(port)}</Text>}
      </Stack>
    </details>
  );
}

function Steps({ steps }: { steps: readonly string[] }) {
  return steps.map((step) => (
    <Text key={step} size="sm">
      {step}
    </Text>
  ));
}

function Command({ name, command }: { name: string; command: string }) {
  return (
    <Group gap="xs">
      <Text size="sm" className="quiet" w={150}>
        {name}
      </Text>
      <Code style={{ overflowWrap: 'anywhere' }}>{command}</Code>
      <CopyButton text={command} what={strings.copy.command(name)} />
    </Group>
  );
}
