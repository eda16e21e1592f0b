import { Text } from '@mantine/core';
import { EnvironmentRows } from '../../ui/environment-rows.tsx';
import { Area, type SectionProps } from './fields.tsx';
import { strings } from './strings.ts';

/** Environment variables of any name: of an image that nobody here knows, one has to know them oneself. */
export function EnvironmentFields({ draft, change, mistakes }: SectionProps) {
  return (
    <Area title={strings.environment}>
      <Text size="sm" className="quiet">
        {strings.environmentHelp}
      </Text>
      <EnvironmentRows
        rows={draft.environment}
        onChange={(environment) => change({ environment })}
        problem={(row) => mistakes[`environment.${draft.environment.indexOf(row)}`]}
      />
    </Area>
  );
}
