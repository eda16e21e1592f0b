import { Checkbox, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { grantableScopes, scopeLabels } from '../../ui/scope-labels.ts';
import { choiceProblem, type PairingChoice } from './pairing-request.ts';
import { strings } from './strings.ts';

const everyServer = '*';
const untilUnused = 'unused';

interface PairingChoiceFieldsProps {
  choice: PairingChoice;
  servers: readonly ServerSummary[];
  onChange: (changes: Partial<PairingChoice>) => void;
}

/** What comes with a link: for whom it is, which server, what may be done there, and for how long. */
export function PairingChoiceFields({ choice, servers, onChange }: PairingChoiceFieldsProps) {
  const problem = choiceProblem(choice);
  return (
    <Stack gap="sm" maw={480}>
      <SegmentedControl
        aria-label={strings.whose}
        data={[
          { value: 'friend', label: strings.aFriend },
          { value: 'own', label: strings.ownDevice },
        ]}
        value={choice.whose}
        onChange={(value) => onChange({ whose: value === 'own' ? 'own' : 'friend' })}
      />
      {choice.whose === 'own' ? (
        <Text size="sm" className="quiet">
          {strings.ownDeviceHelp}
        </Text>
      ) : (
        <>
          <Select
            label={strings.whichServer}
            data={[
              ...servers.map(({ internal_id, name }) => ({ value: internal_id, label: name })),
              { value: everyServer, label: strings.everyServer },
            ]}
            value={choice.server ?? everyServer}
            onChange={(value) => onChange({ server: value === everyServer ? null : value })}
            allowDeselect={false}
          />
          <Checkbox.Group
            label={strings.mayDo}
            value={[...choice.scopes]}
            onChange={(value) =>
              onChange({ scopes: grantableScopes.filter((scope) => value.includes(scope)) })
            }
            error={problem === null ? null : strings.choiceProblems[problem]}
          >
            <Stack gap={6} mt={6}>
              {grantableScopes.map((scope) => (
                <Checkbox key={scope} value={scope} label={scopeLabels[scope]} />
              ))}
            </Stack>
          </Checkbox.Group>
          <Select
            label={strings.howLong}
            data={[
              ...Object.entries(strings.ttls).map(([value, label]) => ({ value, label })),
              { value: untilUnused, label: strings.untilUnused },
            ]}
            value={choice.ttl ?? untilUnused}
            onChange={(value) => onChange({ ttl: value === untilUnused ? null : value })}
            allowDeselect={false}
          />
        </>
      )}
    </Stack>
  );
}
