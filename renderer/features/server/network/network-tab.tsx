import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useStore } from 'zustand';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { isLocalEngine } from '../../../../shared/model/is-local-engine.ts';
import { hostStore } from '../../../state/host-store.ts';
import { usePermission } from '../../../ui/use-permission.ts';
import { PortTable } from './port-table.tsx';
import { RebindForm } from './rebind-form.tsx';
import { strings } from './strings.ts';

/** A server's ports: what they are, where players join, and how to change them. */
export default function NetworkTab({ server }: { server: ServerSummary }) {
  const [isEditing, setEditing] = useState(false);
  const { may, isKnown } = usePermission();
  const mayChange = may('containers.write', server.internal_id);
  const host = useStore(hostStore.store, (view) => view.host);
  const interfaces = host !== null && isLocalEngine(host.engine) ? (host.addresses ?? null) : null;
  return (
    <Stack gap="md" maw={860} pb="xl">
      <Stack className="surface" p="md" gap="md">
        <Title order={2} size="h4">
          {strings.title}
        </Title>
        {isEditing ? (
          <RebindForm server={server} interfaces={interfaces} onDone={() => setEditing(false)} />
        ) : (
          <>
            {server.ports.length === 0 ? (
              <Text className="quiet">{strings.none}</Text>
            ) : (
              <>
                <Text size="sm" className="quiet">
                  {strings.joinHelp}
                </Text>
                <PortTable ports={server.ports} host={host} />
              </>
            )}
            <Group>
              <Button
                variant="default"
                onClick={() => setEditing(true)}
                disabled={!mayChange || server.state === 'installing'}
              >
                {strings.edit}
              </Button>
              {isKnown && !mayChange && (
                <Text size="sm" className="quiet">
                  {strings.readOnlyToken}
                </Text>
              )}
            </Group>
          </>
        )}
      </Stack>
    </Stack>
  );
}
