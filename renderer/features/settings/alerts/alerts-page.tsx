import { Anchor, Button, Group, Text } from '@mantine/core';
import { IconArrowLeft, IconBell, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { AlertTargetList } from '../../../../shared/http/alerts.ts';
import { maxTargets, type Target } from '../../../../shared/model/alert.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Loaded } from '../../../ui/loaded.tsx';
import { Page } from '../../../ui/page.tsx';
import { usePermission } from '../../../ui/use-permission.ts';
import { mayUseAlerts } from './page.ts';
import { strings } from './strings.ts';
import { TargetCard } from './target-card.tsx';
import { TargetForm } from './target-form.tsx';
import { useAlertTargets } from './use-alerts.ts';

/** Whom this host tells what happens. */
export default function AlertsPage() {
  const permission = usePermission();
  return (
    <Page title={strings.title}>
      <Anchor component={Link} to="/settings" size="sm" w="fit-content">
        <IconArrowLeft size={14} aria-hidden="true" /> {strings.back}
      </Anchor>
      <Text className="quiet">{strings.help}</Text>
      {permission.isKnown && (mayUseAlerts(permission) ? <Targets /> : <Text>{strings.lacks}</Text>)}
    </Page>
  );
}

function Targets() {
  const query = useAlertTargets();
  return (
    <Loaded query={query} what={strings.seeing}>
      {(list) => <TargetList list={list} />}
    </Loaded>
  );
}

function TargetList({ list }: { list: AlertTargetList }) {
  const [editing, setEditing] = useState<Target | 'new' | null>(null);
  const { targets, time_zone: timeZone } = list;
  if (editing !== null) {
    const target = editing === 'new' ? null : editing;
    return <TargetForm target={target} timeZone={timeZone} onDone={() => setEditing(null)} />;
  }
  const isFull = targets.length >= maxTargets;
  const add = (
    <Button leftSection={<IconPlus size={16} />} disabled={isFull} onClick={() => setEditing('new')}>
      {strings.add}
    </Button>
  );
  if (targets.length === 0) {
    return (
      <EmptyState icon={<IconBell size={40} />} title={strings.none}>
        {add}
      </EmptyState>
    );
  }
  return (
    <>
      <Group>
        {add}
        {isFull && (
          <Text size="sm" className="quiet">
            {strings.full}
          </Text>
        )}
      </Group>
      {targets.map((target) => (
        <TargetCard key={target.id} target={target} onEdit={() => setEditing(target)} />
      ))}
    </>
  );
}
