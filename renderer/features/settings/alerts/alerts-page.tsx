import { Anchor, Text } from '@mantine/core';
import { IconArrowLeft, IconBell } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { AlertTargetList } from '../../../../shared/http/alerts.ts';
import { maxTargets } from '../../../../shared/model/alert.ts';
import { EditedList } from '../../../ui/edited-list.tsx';
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

function TargetList({ list: { targets, time_zone: timeZone } }: { list: AlertTargetList }) {
  return (
    <EditedList
      items={targets}
      most={maxTargets}
      texts={strings}
      icon={<IconBell size={40} />}
      card={(target, onEdit) => <TargetCard target={target} onEdit={onEdit} />}
      form={(target, onDone) => <TargetForm target={target} timeZone={timeZone} onDone={onDone} />}
    />
  );
}
