import type { Container } from '../../../../shared/http/containers.ts';
import { mistakesOf } from '../../../ui/mistakes.ts';
import { freshContainer } from '../use-container.ts';
import type { SectionValues } from './drafts.ts';
import { type Changes, holdOf, useSave } from './saving.ts';
import { labelOf } from './sections.ts';
import { type SectionForm, useDraft } from './use-draft.ts';

interface WayOptions<S extends 'console' | 'players'> {
  savedOf: (container: Container) => SectionValues[S];
  /** What is sent, which is one thing to the host. */
  changesOf: (values: SectionValues[S]) => Changes;
  /** What is wrong, by field as the host calls it; none that is right. */
  problems: (values: SectionValues[S], changes: Changes) => Readonly<Record<string, string>>;
  /** The fields that can be wrong, as the host calls them. */
  fields: readonly string[];
}

/** A section whose fields are saved together, whatever of them has changed. */
export function useWay<S extends 'console' | 'players'>(
  container: Container,
  name: S,
  { savedOf, changesOf, problems, fields }: WayOptions<S>,
) {
  const id = container.internal_id;
  const save = useSave(id);
  const draft = useDraft(id, name, savedOf(container), {
    words: { label: (field) => labelOf(name, field) },
    onEdit: save.reset,
  });
  const changes = changesOf(draft.values);
  const local = problems(draft.values, changes);
  const isWrong = Object.keys(local).length > 0;
  const form: SectionForm = {
    name,
    changed: draft.labels,
    clashes: draft.clashes,
    isWrong,
    isBusy: save.isPending,
    check: () => !isWrong,
    isOverrun: async () => draft.isOverrunBy(savedOf(await freshContainer(id))),
    async save() {
      const reply = await save.mutateAsync(changes);
      draft.discard();
      return holdOf(reply);
    },
    discard: draft.discard,
  };
  return { form, draft, mistakes: mistakesOf(save.error, fields, local) };
}
