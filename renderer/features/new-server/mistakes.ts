import { createContainerBody } from '../../../shared/http/container-body.ts';
import type { Template, TemplateVariable } from '../../../shared/templates/template.ts';
import { rowProblem } from '../../ui/environment.ts';
import { type Draft, type DraftField, type DraftPort, type Mistakes, toRequest } from './draft.ts';
import { strings } from './strings.ts';

/** The form's field for each field of the request. */
const fields: Record<string, DraftField> = {
  internal_id: 'id',
  name: 'name',
  image: 'image',
  startup_command: 'startup',
  start_pattern: 'ready',
  stop: 'stop',
  install_script: 'install',
  data_path: 'dataPath',
  time_zone: 'timeZone',
  volume_owner: 'owner',
  limits: 'memory',
};

function fieldOf(draft: Draft, [name, inner]: readonly PropertyKey[]): DraftField | undefined {
  if (name === 'limits' && inner === 'cpu') return 'cpu';
  if (name !== 'environment') return fields[String(name)];
  // Too many of them is told at the last one.
  const at = draft.environment.findIndex((row) => row.name === inner);
  const index = at === -1 ? draft.environment.length - 1 : at;
  return index === -1 ? undefined : `environment.${index}`;
}

/** What keeps a draft from being made, in words, by field; checked by the host's own schema, too. Pure. */
export function mistakesIn(
  draft: Draft,
  template: Template | null,
  { taken, portProblem }: { taken: ReadonlySet<string>; portProblem: (port: DraftPort) => string | null },
): Mistakes {
  const found: Mistakes = {};
  const parsed = createContainerBody.safeParse(toRequest(draft, template, 'volume'));
  for (const issue of parsed.error?.issues ?? []) {
    const field = fieldOf(draft, issue.path);
    if (field) found[field] ??= `${issue.message.charAt(0).toUpperCase()}${issue.message.slice(1)}.`;
  }
  if (draft.name.trim() === '') found.name = strings.needsName;
  if (draft.image.trim() === '') found.image = strings.needsImage;
  if (taken.has(draft.id)) found.id = strings.takenId(draft.id);
  if (draft.stopSeconds === null) found.stopSeconds = strings.needsNumber;
  if (draft.disk === null || draft.disk < 1) found.disk = strings.needsNumber;
  if (template?.eula && !draft.hasAgreed) found.hasAgreed = strings.needsAgreement;
  draft.ports.forEach((port, index) => {
    const problem = ownPortProblem(port, draft.ports.slice(0, index)) ?? portProblem(port);
    if (problem !== null) found[`ports.${index}`] = problem;
  });
  draft.environment.forEach((row, index) => {
    const problem = rowProblem(row, draft.environment);
    if (problem !== null) found[`environment.${index}`] = problem;
  });
  for (const variable of template?.variables ?? []) {
    const problem = variableProblem(variable, draft.values[variable.name] ?? '');
    if (problem !== null) found[`values.${variable.name}`] = problem;
  }
  return found;
}

function ownPortProblem(port: DraftPort, before: readonly DraftPort[]): string | null {
  if (port.host === null || port.host < 1 || port.host > 65_535) return strings.needsPort;
  const isTwice = before.some(({ host, protocol }) => host === port.host && protocol === port.protocol);
  return isTwice ? strings.portTwice : null;
}

function variableProblem(variable: TemplateVariable, value: string): string | null {
  const { type, required, min = 0, max = Number.MAX_SAFE_INTEGER, pattern } = variable;
  if (value === '') return required ? strings.required(variable.label) : null;
  if (type === 'number') {
    const number = Number(value);
    const isGood = Number.isInteger(number) && number >= min && number <= max;
    return isGood ? null : strings.between(min, max);
  }
  if (type === 'secret' && value.length < min) return strings.tooShort(min);
  return pattern === undefined || new RegExp(`^(?:${pattern})$`).test(value)
    ? null
    : strings.pattern(pattern);
}
