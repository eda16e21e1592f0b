import { Group, Stack, Table, Text } from '@mantine/core';
import type { PortBinding } from '../../../../shared/model/server.ts';
import { CopyButton } from '../../../ui/copy.tsx';
import { type HostPlace, type JoinAddress, joinAddresses } from '../../../ui/server-address.ts';
import { strings } from './strings.ts';

interface PortTableProps {
  ports: readonly PortBinding[];
  host: HostPlace;
}

/** What friends type to join, for each port and each network of the machine. */
export function PortTable({ ports, host }: PortTableProps) {
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{strings.join}</Table.Th>
            <Table.Th>{strings.protocol}</Table.Th>
            <Table.Th>{strings.address}</Table.Th>
            <Table.Th>{strings.containerPort}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {ports.map((port) => (
            <Table.Tr key={`${port.ip}-${port.host_port}-${port.protocol}`}>
              <Table.Td>
                <Stack component="ul" className="plain-list" gap={6} miw={200}>
                  {joinAddresses(port, host).map((join) => (
                    <JoinAddressRow key={join.address} join={join} />
                  ))}
                </Stack>
              </Table.Td>
              <Table.Td>{port.protocol.toUpperCase()}</Table.Td>
              <Table.Td>{['0.0.0.0', '::'].includes(port.ip) ? strings.everywhere : port.ip}</Table.Td>
              <Table.Td className="figures">{port.container_port}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function JoinAddressRow({ join }: { join: JoinAddress }) {
  const where = [join.interface, join.isPublic ? strings.public : null].filter((text) => text !== null);
  return (
    <li>
      <Group gap={4} wrap="nowrap">
        <span className="figures">{join.address}</span>
        <CopyButton text={join.address} what={strings.joinAddress(join.address)} />
      </Group>
      {where.length > 0 && (
        <Text size="xs" className="quiet">
          {where.join(', ')}
        </Text>
      )}
    </li>
  );
}
