import { Code, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { readSystem } from '../../../shared/http/system.ts';
import { api } from '../../link/api.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { AddPorts } from './add-ports.tsx';
import { PortPool } from './port-pool.tsx';
import { words } from './words.ts';

/** The ports that servers may have, and the host's own addresses. */
export default function SharingPage() {
  return (
    <Stack p={{ base: 'md', md: 'xl' }} gap="lg" maw={960}>
      <Title order={1}>{words.title}</Title>
      <Listening />
      <Stack component="section" gap="md" aria-label={words.pool}>
        <Stack gap={2}>
          <Title order={2} size="h4">
            {words.pool}
          </Title>
          <Text size="sm" className="quiet">
            {words.poolHelp}
          </Text>
        </Stack>
        <AddPorts />
        <PortPool />
      </Stack>
    </Stack>
  );
}

function Listening() {
  const system = useQuery({
    queryKey: ['system'],
    queryFn: ({ signal }) => api.call(readSystem, { signal }),
  });
  if (!system.data) return null;
  const addresses = system.data.addresses.map(({ ip, port }) =>
    ip.includes(':') ? `http://[${ip}]:${port}` : `http://${ip}:${port}`,
  );
  return (
    <Stack className="surface" p="md" gap="xs">
      <Title order={2} size="h4">
        {words.listening}
      </Title>
      {addresses.map((address) => (
        <Group key={address} gap={4}>
          <Code>{address}</Code>
          <CopyButton text={address} what="address" />
        </Group>
      ))}
      <Text size="sm" className="quiet">
        {words.listeningHelp}
      </Text>
    </Stack>
  );
}
