import { Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { CopyButton } from '../../../ui/copy.tsx';
import { addressOf } from '../address.ts';
import { RebindForm } from './rebind-form.tsx';
import { words } from './words.ts';

/** A server's ports: what they are, where players join, and how to change them. */
export default function NetworkTab({ server }: { server: ServerSummary }) {
  const [isEditing, setEditing] = useState(false);
  return (
    <Stack gap="md" maw={760} pb="xl">
      <Stack className="surface" p="md" gap="md">
        <Title order={2} size="h4">
          {words.title}
        </Title>
        {isEditing ? (
          <RebindForm server={server} onDone={() => setEditing(false)} />
        ) : (
          <>
            <Ports server={server} />
            <Group>
              <Button
                variant="default"
                onClick={() => setEditing(true)}
                disabled={server.state === 'installing'}
              >
                {words.edit}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Stack>
  );
}

function Ports({ server }: { server: ServerSummary }) {
  if (server.ports.length === 0) return <Text className="quiet">{words.none}</Text>;
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words.join}</Table.Th>
            <Table.Th>{words.protocol}</Table.Th>
            <Table.Th>{words.address}</Table.Th>
            <Table.Th>{words.containerPort}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {server.ports.map((port) => {
            const address = addressOf([port]) ?? '';
            return (
              <Table.Tr key={`${port.ip}-${port.host_port}-${port.protocol}`}>
                <Table.Td>
                  <Group gap={4} wrap="nowrap">
                    <span className="figures">{address}</span>
                    <CopyButton text={address} what="address" />
                  </Group>
                </Table.Td>
                <Table.Td>{port.protocol.toUpperCase()}</Table.Td>
                <Table.Td>{['0.0.0.0', '::'].includes(port.ip) ? words.everywhere : port.ip}</Table.Td>
                <Table.Td className="figures">{port.container_port}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
