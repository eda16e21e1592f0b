import { IntlMessageFormat } from 'intl-messageformat';
import host from '../../shared/texts/host.de.json';
import { hostText } from '../../shared/texts/host-text.ts';
import { type Messages, speak } from '../../shared/texts/messages.ts';
import { everyNode, isNode, type Node, nameOf, syntaxOf, textOf } from './syntax.ts';

/** Stands in a sentence for what is only known when it is said: a name or a number. */
const hole = '7';
/** Most forms of one sentence that are looked at. */
const maxForms = 64;
/** Two words, one behind the other, as no name and no path has them. */
const words = /\p{L}{2,}[,;:]? (?:\p{L}|\d)|\p{L} \p{L}{2}/u;
/** What is for the database. */
const statement = /^(?:CREATE|SELECT|INSERT|UPDATE|DELETE) /;

const nodesIn = (value: unknown): Node[] => (Array.isArray(value) ? value.filter(isNode) : []);

const cooked = ({ value }: Node): string =>
  typeof value === 'object' && value !== null && 'cooked' in value ? String(value.cooked) : '';

/** All pairs, each put together. */
const joined = (before: readonly string[], behind: readonly string[]): string[] =>
  before.flatMap((one) => behind.map((other) => one + other)).slice(0, maxForms);

/** All that an expression can say: each of its choices, with a mark for what is put in. */
export function formsOf(node: unknown): string[] {
  if (!isNode(node)) return [];
  const text = textOf(node);
  if (text !== null) return [text];
  switch (node.type) {
    case 'ParenthesizedExpression':
      return formsOf(node.expression);
    case 'ConditionalExpression':
      return [...formsOf(node.consequent), ...formsOf(node.alternate)];
    case 'LogicalExpression':
      return [...(node.operator === '&&' ? [''] : formsOf(node.left)), ...formsOf(node.right)];
    case 'BinaryExpression':
      return node.operator === '+' ? joined(formsOf(node.left), formsOf(node.right)) : [hole];
    case 'TemplateLiteral': {
      const values = nodesIn(node.expressions).map(formsOf);
      return nodesIn(node.quasis).reduce(
        (said: string[], quasi, at) => joined(joined(said, [cooked(quasi)]), values[at] ?? ['']),
        [''],
      );
    }
    case 'CallExpression':
      return [nameOf(node.callee) === 'quoted' ? `“${hole}”` : hole];
    default:
      return [hole];
  }
}

/** What a file refuses in words: the messages of its errors with a code, which answers carry. */
export function refusalsIn(file: string, text: string): string[] {
  if (!text.includes('LightdeckError(')) return [];
  return [...everyNode(syntaxOf(file, text))]
    .filter(([node]) => node.type === 'NewExpression' && nameOf(node.callee) === 'LightdeckError')
    .flatMap(([node]) => formsOf(nodesIn(node.arguments)[1]));
}

/** Around these a string is for programs. */
const forPrograms = [
  'ImportDeclaration',
  'TSLiteralType',
  'BinaryExpression',
  'SwitchCase',
  'TemplateLiteral',
];

/** Whether it is the first of what a call of `add` gets: the kind of a note, for counting. */
function isKind(node: Node, around: readonly Node[]): boolean {
  const [call] = around;
  if (call?.type !== 'CallExpression' || !isNode(call.callee)) return false;
  return nameOf(call.callee.property) === 'add' && nodesIn(call.arguments)[0] === node;
}

/** All sentences of a file, whatever they are said by. */
export function sentencesIn(file: string, text: string): string[] {
  return (
    [...everyNode(syntaxOf(file, text))]
      .filter(
        ([node, around]) =>
          (node.type === 'TemplateLiteral' || textOf(node) !== null) &&
          !forPrograms.includes(around[0]?.type ?? '') &&
          !isKind(node, around),
      )
      .flatMap(([node]) => formsOf(node))
      .filter((form) => words.test(form) && !statement.test(form))
      // What only begins a sentence.
      .map((form) => (form.endsWith(': ') ? form + hole : form))
  );
}

type Elements = ReturnType<IntlMessageFormat['getAst']>;

/** A message without its words: what is put in, and what one word of it is told by. */
function withoutWords(elements: Elements): string {
  return elements
    .map((element) => {
      if (!('value' in element)) return ' ';
      if (element.type === kinds.text) return /\p{L}/u.test(element.value) ? '-' : element.value;
      if (element.type !== kinds.select || !('options' in element)) return `{${element.value}}`;
      const options = Object.entries(element.options);
      return `{${element.value}, select, ${options.map(([of, { value }]) => `${of} {${withoutWords(value)}}`).join(' ')}}`;
    })
    .join('');
}
/** The parser's numbers for parts of a message. */
const kinds = { text: 0, select: 5 };

/** The German of what the host says, of which only what is put in is left. */
const emptied: Messages = Object.fromEntries(
  Object.entries(host).map(([key, german]) => [
    key,
    withoutWords(new IntlMessageFormat(german, 'de', undefined, { ignoreTag: true }).getAst()),
  ]),
);
/** The field that an answer is about is for programs. */
const field = /^[\w-]+(?:\.[^\s:]*)*: /;

/** What of an English sentence would still be English on a German page; empty if nothing would. */
export function leftInEnglish(english: string): string {
  speak({ locale: 'de', rooms: { host: emptied } });
  try {
    const left = hostText(english.trim()).replace(field, '');
    return /\p{L}{2}/u.test(left) ? left : '';
  } finally {
    speak({ locale: 'en', rooms: null });
  }
}
