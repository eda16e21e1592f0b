import { Button, Code, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { readLogs } from '../../../../shared/http/console.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { api } from '../../../link/api.ts';
import { strings } from './strings.ts';
import { tryPattern } from './try-pattern.ts';

const lines = 2000;

/** Tries a ready pattern on the console's last lines, in the way of the host. */
export function PatternTrial({ id, pattern }: { id: string; pattern: string }) {
  const trial = useMutation({
    mutationFn: async () => {
      const [{ data }, { RE2JS }] = await Promise.all([
        api.call(readLogs, { params: { id }, query: { lines: String(lines) } }),
        import('re2js'),
      ]);
      return tryPattern(pattern, data, (text) => {
        const compiled = RE2JS.compile(text, RE2JS.LOOKBEHINDS);
        return (line) => compiled.test(line);
      });
    },
  });
  const found = trial.data?.pattern === pattern ? trial.data : null;
  return (
    <Stack gap="xs">
      <Group>
        <Button
          size="compact-sm"
          variant="default"
          loading={trial.isPending}
          onClick={() => trial.mutate()}
          type="button"
        >
          {strings.tryPattern}
        </Button>
      </Group>
      <div role="status">
        {trial.error && (
          <Text size="sm" c="var(--state-bad)">
            {hostText(trial.error.message)}
          </Text>
        )}
        {found?.problem && <Text size="sm">{strings.badPattern(found.problem)}</Text>}
        {found && found.count === 0 && <Text size="sm">{strings.noMatch(found.lines)}</Text>}
        {found && found.count > 0 && (
          <>
            <Text size="sm">{strings.matches(found.count, found.lines)}</Text>
            <Code block>{found.newest}</Code>
          </>
        )}
      </div>
    </Stack>
  );
}
