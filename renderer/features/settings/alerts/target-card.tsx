import { Button, Stack, Text } from '@mantine/core';
import type { AlertTest } from '../../../../shared/http/alerts.ts';
import type { Delivery, Target } from '../../../../shared/model/alert.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { moment } from '../../../ui/format.ts';
import { Loaded } from '../../../ui/loaded.tsx';
import { CardButtons, SwitchCard } from '../../../ui/switch-card.tsx';
import { strings } from './strings.ts';
import { useDeliveries, useTargetActs } from './use-alerts.ts';

interface TargetCardProps {
  target: Target;
  onEdit: () => void;
}

/** One target: what it is told, how it stands with it, and what can be done with it. */
export function TargetCard({ target, onEdit }: TargetCardProps) {
  const { name, enabled, form, address } = target;
  const { toggle } = useTargetActs(target);
  return (
    <SwitchCard
      name={name}
      about={
        <>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {strings.forms[form]} <span className="quiet mono">{address}</span>
          </Text>
          <Text size="sm" className="quiet">
            {scopeWords(target)}
          </Text>
        </>
      }
      state={{
        isOn: enabled,
        label: strings.enabled(name),
        isLocked: toggle.isPending,
        onChange: (isOn) => toggle.mutate(isOn),
      }}
    >
      <TargetState target={target} />
      <TargetButtons target={target} onEdit={onEdit} />
    </SwitchCard>
  );
}

function scopeWords({ events, servers, quiet }: Target): string {
  const parts = [strings.someEvents(events.length), strings.toServers(servers?.length ?? null)];
  if (quiet) parts.push(strings.quietWords(quiet.from, quiet.to, quiet.time_zone));
  return parts.join(' · ');
}

function TargetState({ target: { enabled, state } }: { target: Target }) {
  const { waiting, dropped, problem, next_try, last_delivery } = state;
  const facts: string[] = [];
  if (!enabled) facts.push(strings.off);
  if (last_delivery !== null) facts.push(strings.fine(moment(last_delivery)));
  else if (problem === null && enabled) facts.push(strings.nothingYet);
  if (waiting > 0) facts.push(strings.waits(waiting));
  if (dropped > 0) facts.push(strings.dropped(dropped));
  if (next_try !== null) facts.push(strings.nextTry(moment(next_try)));
  return (
    <Stack gap={2}>
      {problem !== null && (
        <Text size="sm" c="red" style={{ overflowWrap: 'anywhere' }}>
          {strings.trouble(hostText(problem))}
        </Text>
      )}
      <Text size="sm" className="figures">
        {facts.join(' ')}
      </Text>
    </Stack>
  );
}

function TargetButtons({ target, onEdit }: TargetCardProps) {
  const { name } = target;
  const { test, remove } = useTargetActs(target);
  return (
    <>
      {test.data && !test.isPending && <Outcome name={name} test={test.data} />}
      <CardButtons
        first={
          <Button
            size="xs"
            variant="default"
            aria-label={strings.testOf(name)}
            loading={test.isPending}
            onClick={() => test.mutate()}
          >
            {strings.test}
          </Button>
        }
        edit={{ text: strings.edit, label: strings.editOf(name), onClick: onEdit }}
        history={{
          text: strings.deliveries,
          label: strings.deliveriesOf(name),
          content: <Deliveries target={target} />,
        }}
        remove={{
          text: strings.remove,
          label: strings.removeOf(name),
          title: strings.removeTitle(name),
          loses: strings.removeLoses,
          isBusy: remove.isPending,
          onRemove: (done) => remove.mutate(undefined, { onSettled: done }),
        }}
      />
    </>
  );
}

/** What came of the last test. It stays, since who reads it goes to look whether the message is there. */
function Outcome({ name, test: { ok, status, problem } }: { name: string; test: AlertTest }) {
  return (
    <Text
      size="sm"
      role="status"
      c={ok ? 'var(--state-running)' : 'var(--state-bad)'}
      style={{ overflowWrap: 'anywhere' }}
    >
      {ok ? strings.tested(name, status ?? 0) : strings.notTested(hostText(problem ?? ''))}
    </Text>
  );
}

function Deliveries({ target: { id, name } }: { target: Target }) {
  const query = useDeliveries(id);
  return (
    <Loaded query={query} what={strings.seeing}>
      {({ deliveries }) =>
        deliveries.length === 0 ? (
          <Text size="sm">{strings.noDeliveries}</Text>
        ) : (
          <ul className="plain-list" aria-label={strings.deliveriesOf(name)}>
            {deliveries.map((delivery) => (
              <li key={delivery.id}>
                <DeliveryLine delivery={delivery} />
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}

function DeliveryLine({
  delivery: { at, result, status, problem, attempts, alerts, title },
}: {
  delivery: Delivery;
}) {
  const what = result === 'dropped' ? strings.dropped(alerts) : `${title}${strings.inOne(alerts)}`;
  const answer = hostText(problem ?? '') || (status === null ? '' : String(status));
  return (
    <Text size="sm" className="figures" style={{ overflowWrap: 'anywhere' }}>
      <span className="quiet">{moment(at)}</span> {strings.results[result]}
      {strings.tries(attempts)}
      {answer !== '' && ` (${answer})`}: {what}
    </Text>
  );
}
