import { Button, Code, Radio, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { errorText } from '../../../shared/error-text.ts';
import { type EngineChoice, listEngines } from '../../../shared/http/engine.ts';
import { hostText } from '../../../shared/texts/host-text.ts';
import { api } from '../../link/api.ts';
import { strings } from './strings.ts';

interface EnginePlacesProps {
  /** The endpoint in the form, '' for none. */
  chosen: string;
  onChoose: (endpoint: string) => void;
}

/** The engines of this machine, to choose one of them. Looked for when somebody asks: each place is tried. */
export function EnginePlaces({ chosen, onChoose }: EnginePlacesProps) {
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['engines'],
    queryFn: ({ signal }) => api.call(listEngines, { signal }),
    enabled: false,
  });
  return (
    <Stack gap="xs">
      <Button variant="default" w="fit-content" loading={isFetching} onClick={() => void refetch()}>
        {strings.findEngines}
      </Button>
      {error && (
        <Text size="sm" c="red" role="alert">
          {hostText(errorText(error))}
        </Text>
      )}
      {data && (
        <Radio.Group label={strings.enginesFound} value={chosen} onChange={onChoose}>
          <Stack gap="xs" mt="xs">
            <Radio value="" label={strings.automaticChoice} />
            {data.engines.map((engine) => (
              <Radio
                key={engine.endpoint}
                value={engine.endpoint}
                disabled={engine.problem !== null}
                label={<Code style={{ overflowWrap: 'anywhere' }}>{engine.endpoint}</Code>}
                description={wordsOf(engine)}
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
    </Stack>
  );
}

function wordsOf({ source, kind, problem, in_use }: EngineChoice): string {
  if (problem !== null) return `${hostText(source)}: ${hostText(problem)}`;
  const name = kind === null ? strings.noEngineThere : strings.engineKinds[kind];
  return `${name}, ${hostText(source)}${in_use ? ` (${strings.engineInUse})` : ''}`;
}
