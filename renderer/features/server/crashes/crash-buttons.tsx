import { Button, Group, Tooltip } from '@mantine/core';
import { useLocation } from 'wouter';
import type { Mend, ShownCrash } from '../../../../shared/model/crash.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { isUp, powerActionsIn } from '../../../../shared/model/power.ts';
import type { Scope } from '../../../../shared/scopes.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { usePower } from '../../../ui/power.ts';
import { useMendCrash, useSeeCrash } from '../../../ui/use-crashes.ts';
import { usePermission } from '../../../ui/use-permission.ts';
import { copyReport } from './copy-report.ts';
import { strings } from './strings.ts';

/** Ways to a place that are offered beside what the host can do. */
const shownPlaces = 2;

interface CrashButtonsProps {
  crash: ShownCrash;
  server: ServerSummary;
  /** Whether it can be laid aside. */
  canDismiss: boolean;
}

/** What can be done about an end: mend it and start, go where it is mended, pass it on, lay it aside. */
export function CrashButtons({ crash, server, canDismiss }: CrashButtonsProps) {
  const see = useSeeCrash(server.internal_id);
  const deeds = crash.mends.filter(({ place }) => place === null);
  const places = crash.mends.filter(({ place }) => place !== null).slice(0, shownPlaces);
  return (
    <Group gap="xs" className="crash-buttons">
      {deeds.map((mend, index) => (
        <MendButton key={mend.id} mend={mend} crash={crash} server={server} isFirst={index === 0} />
      ))}
      {!deeds.some(({ starts }) => starts) && <StartButton crash={crash} server={server} />}
      {places.map((mend) => (
        <PlaceButton
          key={mend.id}
          label={hostText(mend.label)}
          to={`/servers/${server.internal_id}/${mend.place}`}
        />
      ))}
      {server.state === 'failed' && (
        <PlaceButton label={strings.delete} to={`/servers/${server.internal_id}/settings`} />
      )}
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => void copyReport(server.internal_id, crash.id)}
      >
        {strings.copy}
      </Button>
      {canDismiss && (
        <Button
          size="compact-sm"
          variant="subtle"
          loading={see.isPending}
          onClick={() => see.mutate(crash.id)}
        >
          {strings.dismiss}
        </Button>
      )}
    </Group>
  );
}

interface MendButtonProps {
  mend: Mend;
  crash: ShownCrash;
  server: ServerSummary;
  isFirst: boolean;
}

function MendButton({ mend, crash, server, isFirst }: MendButtonProps) {
  const { internal_id: id } = server;
  const { may } = usePermission();
  const request = useMendCrash(id);
  const lacking = [...mend.scopes, ...(mend.starts ? (['power'] satisfies Scope[]) : [])].filter(
    (scope) => !may(scope, id),
  );
  const mendIt = (): void => request.mutate({ crash: crash.id, mend: mend.id, start: mend.starts });
  return (
    <Tooltip label={strings.lacks(lacking)} disabled={lacking.length === 0}>
      <Button
        size="compact-sm"
        variant={isFirst ? 'filled' : 'default'}
        loading={request.isPending}
        disabled={lacking.length > 0}
        onClick={mendIt}
      >
        {strings.mend(mend, isUp(server.state))}
      </Button>
    </Tooltip>
  );
}

/** For an end that only a new start can help. */
function StartButton({ crash, server }: { crash: ShownCrash; server: ServerSummary }) {
  const { internal_id: id, state } = server;
  const { may } = usePermission();
  const power = usePower(id);
  const see = useSeeCrash(id);
  if (!may('power', id) || state === 'installed' || !powerActionsIn(state).includes('start')) return null;
  const start = (): void => {
    power.mutate('start');
    // Who starts it for that knows.
    see.mutate(crash.id);
  };
  return (
    <Button size="compact-sm" variant="default" loading={power.isPending} onClick={start}>
      {strings.start}
    </Button>
  );
}

function PlaceButton({ label, to }: { label: string; to: string }) {
  const [, navigate] = useLocation();
  return (
    <Button size="compact-sm" variant="default" onClick={() => navigate(to)}>
      {label}
    </Button>
  );
}
