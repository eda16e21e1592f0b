import type { EggCheck, EggField } from '../model/egg.ts';
import type { ServerVariable } from '../model/server-variable.ts';
import type { Template, TemplateVariable } from './template.ts';

/** What a template asks for, in the words in which a server remembers it. One that its command names is there when it is empty, too. Pure. */
export const variablesOf = ({ variables, startup }: Template): ServerVariable[] =>
  variables.map((variable) => ({
    key: variable.name,
    name: variable.label,
    description: variable.help,
    default: variable.default,
    viewable: true,
    editable: true,
    checks: checksOf(variable),
    field: fieldOf(variable),
    secret: variable.type === 'secret',
    leave_out: !variable.required && !startup.some((line) => isNamedIn(line, variable.name)),
  }));

const isNamedIn = (command: string, name: string): boolean => new RegExp(`\\$\\{?${name}\\b`).test(command);

function fieldOf({ type, options = [], on = '', off = '' }: TemplateVariable): EggField {
  switch (type) {
    case 'switch':
      return { kind: 'switch', on, off };
    case 'choice':
      return { kind: 'choice', options };
    case 'number':
      return { kind: 'number', whole: true };
    default:
      return { kind: 'text' };
  }
}

function checksOf({ type, required, min, max, pattern, options }: TemplateVariable): EggCheck[] {
  const bounds = { min: min ?? null, max: max ?? null };
  const isBounded = min !== undefined || max !== undefined;
  return [
    ...(required ? [{ kind: 'required' } as const] : []),
    ...(type === 'number' ? [{ kind: 'number', whole: true } as const] : []),
    ...(type === 'number' && isBounded ? [{ kind: 'value', ...bounds } as const] : []),
    ...(type === 'secret' && isBounded ? [{ kind: 'length', ...bounds } as const] : []),
    ...(options ? [{ kind: 'one_of', values: options } as const] : []),
    ...(pattern === undefined
      ? []
      : [{ kind: 'pattern', pattern: `^(?:${pattern})$`, flags: '', not: false } as const]),
  ];
}
