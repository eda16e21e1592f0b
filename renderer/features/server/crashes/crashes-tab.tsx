import { Button, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import './crashes.css';
import type { ShownCrash } from '../../../../shared/model/crash.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { moment } from '../../../ui/format.ts';
import { Loaded } from '../../../ui/loaded.tsx';
import { useCrashes } from '../../../ui/use-crashes.ts';
import { usePermission } from '../../../ui/use-permission.ts';
import { CrashBody } from './crash-body.tsx';
import { CrashButtons } from './crash-buttons.tsx';
import { strings } from './strings.ts';

/** All ends that are kept, newest first; each with its report. */
export default function CrashesTab({ server }: { server: ServerSummary }) {
  const { internal_id: id } = server;
  const { may } = usePermission();
  const isAllowed = may('console.read', id);
  const query = useCrashes(id, isAllowed);
  const [open, setOpen] = useState<string | null>(null);
  if (!isAllowed) return null;
  return (
    <Stack component="section" className="surface" p="md" gap="xs" aria-label={strings.list}>
      <Title order={2} size="h4">
        {strings.list}
      </Title>
      <Loaded query={query} what={strings.reading}>
        {({ crashes }) =>
          crashes.length === 0 ? (
            <Text size="sm" className="quiet">
              {strings.none}
            </Text>
          ) : (
            <>
              <ul className="crash-list">
                {crashes.map((crash) => (
                  <Row key={crash.id} crash={crash} onOpen={() => setOpen(crash.id)} />
                ))}
              </ul>
              <Details
                crash={crashes.find((crash) => crash.id === open) ?? null}
                server={server}
                onClose={() => setOpen(null)}
              />
            </>
          )
        }
      </Loaded>
    </Stack>
  );
}

function Row({ crash, onOpen }: { crash: ShownCrash; onOpen: () => void }) {
  return (
    <li>
      <Text size="sm" className="what" fw={crash.seen ? 400 : 600}>
        <span className="figures quiet">{moment(crash.at)}</span> {strings.heading(crash)}
        {crash.compared && <span className="quiet"> {strings.comparedShort(crash.compared)}</span>}
      </Text>
      <Button size="compact-xs" variant="default" onClick={onOpen} aria-label={strings.detailsOf(crash.at)}>
        {strings.details}
      </Button>
    </li>
  );
}

interface DetailsProps {
  crash: ShownCrash | null;
  server: ServerSummary;
  onClose: () => void;
}

function Details({ crash, server, onClose }: DetailsProps) {
  return (
    <Modal
      opened={crash !== null}
      onClose={onClose}
      title={crash && strings.heading(crash)}
      size="xl"
      closeButtonProps={{ 'aria-label': strings.close }}
    >
      {crash && (
        <Stack gap="sm">
          <CrashBody crash={crash} isWhole />
          <Group>
            <CrashButtons crash={crash} server={server} canDismiss={!crash.seen} />
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
