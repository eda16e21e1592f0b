import { type Template, templateSchema } from '../../../shared/templates/template.ts';

const files = import.meta.glob('../../../shared/templates/games/*.json', { eager: true, import: 'default' });

/** A template and its name in addresses. */
export interface NamedTemplate {
  id: string;
  template: Template;
}

/** All games, by name. A file that is no template stops the page at once, and a test before that. */
export const templates: readonly NamedTemplate[] = Object.entries(files)
  .map(([path, content]) => ({
    id: path.replace(/^.*\/|\.json$/g, ''),
    template: templateSchema.parse(content),
  }))
  .sort((a, b) => a.template.name.localeCompare(b.template.name));

/** In addresses: whatever Docker can pull. */
export const anyImage = 'any-image';
