import { createContainerBody } from '../../../shared/http/container-body.ts';
import { hostSentence } from '../../../shared/texts/host-text.ts';
import { rowProblem } from '../../ui/environment.ts';
import { variableProblem } from '../../ui/variable-problem.ts';
import {
  type Draft,
  type DraftField,
  type DraftPort,
  type Mistakes,
  protocolsOf,
  toRequest,
} from './draft.ts';
import type { Recipe } from './recipe.ts';
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
  recipe: Recipe,
  { taken, portProblem }: { taken: ReadonlySet<string>; portProblem: (port: DraftPort) => string | null },
): Mistakes {
  const found: Mistakes = {};
  const parsed = createContainerBody.safeParse(toRequest(draft, recipe, 'volume'));
  for (const issue of parsed.error?.issues ?? []) {
    const field = fieldOf(draft, issue.path);
    if (field) found[field] ??= hostSentence(issue.message);
  }
  if (draft.name.trim() === '') found.name = strings.needsName;
  if (draft.image.trim() === '') found.image = strings.needsImage;
  if (taken.has(draft.id)) found.id = strings.takenId(draft.id);
  if (draft.stopSeconds === null) found.stopSeconds = strings.needsNumber;
  if (draft.disk === null || draft.disk < 1) found.disk = strings.needsNumber;
  if (recipe.eula && recipe.eula.variable !== null && !draft.hasAgreed)
    found.hasAgreed = strings.needsAgreement;
  const variables = new Map(recipe.variables.map((variable) => [variable.key, variable]));
  draft.ports.forEach((port, index) => {
    const variable = variables.get(port.variable ?? '');
    const problem =
      (variable && variableProblem(variable, String(port.host ?? ''))) ??
      ownPortProblem(port, draft.ports.slice(0, index)) ??
      portProblem(port);
    if (problem !== null) found[`ports.${index}`] = problem;
  });
  draft.environment.forEach((row, index) => {
    const problem = rowProblem(row, draft.environment);
    if (problem !== null) found[`environment.${index}`] = problem;
  });
  const told = new Set(draft.ports.map(({ variable }) => variable));
  for (const variable of recipe.variables) {
    if (told.has(variable.key)) continue;
    const problem = variableProblem(variable, draft.values[variable.key] ?? '');
    if (problem !== null) found[`values.${variable.key}`] = problem;
  }
  return found;
}

function ownPortProblem(port: DraftPort, before: readonly DraftPort[]): string | null {
  if (port.host === null && port.variable !== undefined) return null;
  if (port.host === null || port.host < 1 || port.host > 65_535) return strings.needsPort;
  const own = protocolsOf(port);
  const isTwice = before.some(
    (other) => other.host === port.host && protocolsOf(other).some((protocol) => own.includes(protocol)),
  );
  return isTwice ? strings.portTwice : null;
}
