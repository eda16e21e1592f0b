import { valueProblem } from '../../shared/eggs/check-value.ts';
import { matchesPattern } from '../../shared/eggs/pattern.ts';
import type { ServerVariable } from '../../shared/model/server-variable.ts';
import { hostSentence } from '../../shared/texts/host-text.ts';

/** What is wrong with a variable's value, as a sentence for its field; null: nothing. */
export function variableProblem(variable: ServerVariable, value: string): string | null {
  const problem = valueProblem(variable, value, matchesPattern);
  return problem === null ? null : hostSentence(problem);
}
