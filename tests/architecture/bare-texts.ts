import { everyNode, isNode, type Node, nameOf, syntaxOf, textOf } from './syntax.ts';

/** Attributes and properties that people read or hear. */
const readable =
  /^(label|title|placeholder|description|children|message|help|text|summary|note|hint|reason|alt|error|loading|aria-(label|description|roledescription|valuetext|placeholder)|what|legend|nothing|nothingFoundMessage|tip|data-tip|.+(Label|Title|Help|Text|Message|Placeholder))$/;
/** A word of two letters at least. */
const word = /\p{L}{2}/u;
/** Two words, one behind the other, as no name and no path has them. */
const words = /\p{L}{2,}[,;:]? (?:\p{L}|\d)|\p{L} \p{L}{2}/u;
/** Pictures and measures. */
const drawn = /^<\w|^[\d.]+(?:px|rem|em) /;
/** A word on its own, as labels begin. */
const label = /^\p{Lu}\p{Ll}+…?$/u;

/** Around these a string is for programs: names of files, types, keys that are compared. */
const forPrograms = new Set([
  'ImportDeclaration',
  'ImportExpression',
  'TSLiteralType',
  'TSPropertySignature',
  'BinaryExpression',
  'SwitchCase',
]);

/** These pass on the string that stands in them: `a ? 'this' : 'that'`, `a ?? 'this'`, `${a ? 'this' : ''} more`, brackets. */
const passing = new Set([
  'JSXExpressionContainer',
  'ConditionalExpression',
  'LogicalExpression',
  'ParenthesizedExpression',
  'TemplateLiteral',
]);

const takers = ['JSXAttribute', 'JSXElement', 'JSXFragment', 'Property'];

/** What takes a string as its value: an attribute, a property, or an element that it stands in. Null: something else does. */
function takerOf(around: readonly Node[]): Node | null {
  const nearest = around.find(({ type }) => !passing.has(type));
  return nearest && takers.includes(nearest.type) ? nearest : null;
}

function isText(text: string, node: Node, around: readonly Node[]): boolean {
  const [nearest] = around;
  if (!nearest || !word.test(text) || forPrograms.has(nearest.type)) return false;
  if (nearest.type === 'Property' && nearest.key === node) return false;
  if (nearest.type === 'ConditionalExpression' && nearest.test === node) return false;
  // A text's key.
  if (nearest.type === 'CallExpression' && nameOf(nearest.callee) === 't') return false;
  const taker = takerOf(around);
  if (taker && ['JSXElement', 'JSXFragment'].includes(taker.type)) return true;
  if (taker && readable.test(nameOf(taker.type === 'Property' ? taker.key : taker.name))) return true;
  if (taker?.type === 'JSXAttribute' || drawn.test(text)) return false;
  return words.test(text) || (nearest.type === 'Property' && label.test(text));
}

/** What is shown of a template: its text, with a mark where something is put in. */
function templateText(node: Node): string {
  const quasis = Array.isArray(node.quasis) ? node.quasis.filter(isNode) : [];
  return quasis
    .map(({ value }) =>
      typeof value === 'object' && value !== null && 'cooked' in value ? String(value.cooked) : '',
    )
    .join('1');
}

/** Texts in a file of the page that stand in it themselves, and so in one language alone; in order, as they are written. */
export function bareTexts(file: string, text: string): string[] {
  const found: string[] = [];
  for (const [node, around] of everyNode(syntaxOf(file, text))) {
    if (node.type === 'JSXText' && typeof node.value === 'string') {
      if (word.test(node.value)) found.push(node.value.trim().replace(/\s+/g, ' '));
      continue;
    }
    const said = node.type === 'TemplateLiteral' ? templateText(node) : textOf(node);
    if (said !== null && isText(said, node, around)) found.push(said);
  }
  return found;
}
