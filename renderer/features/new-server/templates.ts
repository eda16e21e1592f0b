import { type Template, templateSchema } from '../../../shared/templates/template.ts';
import { hostText } from '../../../shared/texts/host-text.ts';
import { type Recipe, templateRecipe } from './recipe.ts';

const files = import.meta.glob('../../../shared/templates/games/*.json', { eager: true, import: 'default' });

/** A template and its name in addresses. */
export interface NamedTemplate {
  id: string;
  template: Template;
  recipe: Recipe;
}

/** In the page's language, but for what the host remembers of it: the texts of its variables are translated where they are shown. */
const spoken = (template: Template): Template => ({
  ...template,
  name: hostText(template.name),
  summary: hostText(template.summary),
  ports: template.ports.map((port) => ({ ...port, name: hostText(port.name) })),
  eula: template.eula && { ...template.eula, label: hostText(template.eula.label) },
});

/** All games, by name. A file that is no template stops the page at once, and a test before that. */
export const templates: readonly NamedTemplate[] = Object.entries(files)
  .map(([path, content]) => {
    const id = path.replace(/^.*\/|\.json$/g, '');
    const template = spoken(templateSchema.parse(content));
    return { id, template, recipe: templateRecipe(template, id) };
  })
  .sort((a, b) => a.template.name.localeCompare(b.template.name));

/** In addresses: whatever Docker can pull. */
export const anyImage = 'any-image';
