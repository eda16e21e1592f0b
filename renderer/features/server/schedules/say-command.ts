import { templateSchema } from '../../../../shared/templates/template.ts';

const files = import.meta.glob('../../../../shared/templates/games/*.json', {
  eager: true,
  import: 'default',
});

/** What many games understand. */
const usualSay = 'say {text}';

/** An image's name without its tag and digest. */
const nameOf = (image: string): string => image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');

/** How a game of that image tells its players something, with `{text}` in it. */
export function sayCommand(image: string): string {
  const template = Object.values(files)
    .map((content) => templateSchema.parse(content))
    .find((one) => nameOf(one.image) === nameOf(image));
  return template?.say ?? usualSay;
}
