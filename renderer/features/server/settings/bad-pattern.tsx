import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { strings } from './strings.ts';
import { patternProblem } from './try-pattern.ts';

/** Says before it is saved that a ready pattern is no expression: with it a server may stay “Starting” for ever. */
export function BadPattern({ pattern }: { pattern: string }) {
  const problem = useQuery({
    queryKey: ['ready-pattern', pattern],
    queryFn: async () => {
      const { RE2JS } = await import('re2js');
      return patternProblem(pattern, (text) => RE2JS.compile(text, RE2JS.LOOKBEHINDS));
    },
    enabled: pattern !== '',
    gcTime: 0,
    retry: false,
  });
  if (!problem.data) return null;
  return (
    <Text size="sm" c="var(--state-busy)" role="alert">
      {strings.badPattern(problem.data)}
    </Text>
  );
}
