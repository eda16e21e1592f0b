import { describe, expect, test } from 'vitest';
import { parseRules, splitRules } from './rules.ts';

describe('E3: rules as Laravel writes them', () => {
  test.each<[string, string[]]>([
    ['required|string|max:20', ['required', 'string', 'max:20']],
    ['required|string|', ['required', 'string']],
    ['regex:/^(a|b)\\/c$/i|max:5', ['regex:/^(a|b)\\/c$/i', 'max:5']],
    ['not_regex:#a|b#|required', ['not_regex:#a|b#', 'required']],
    ['regex:/a/|regex:{b|c}', ['regex:/a/', 'regex:{b|c}']],
    ['regex:/never closed|max:5', ['regex:/never closed', 'max:5']],
    ['|||', []],
  ])('%s', (text, rules) => expect(splitRules(text)).toEqual(rules));

  test.each<[string, object[]]>([
    ['required|boolean', [{ kind: 'required' }, { kind: 'boolean' }]],
    [
      'Required|NUMERIC|max:5',
      [{ kind: 'required' }, { kind: 'number', whole: false }, { kind: 'value', min: null, max: 5 }],
    ],
    [
      'max:5|integer',
      [
        { kind: 'value', min: null, max: 5 },
        { kind: 'number', whole: true },
      ],
    ],
    ['string|between:1,6', [{ kind: 'length', min: 1, max: 6 }]],
    ['size:17', [{ kind: 'length', min: 17, max: 17 }]],
    [
      'int|gt:5|lt:9',
      [
        { kind: 'number', whole: true },
        { kind: 'above', than: 5 },
        { kind: 'below', than: 9 },
      ],
    ],
    ['gt:5', [{ kind: 'length', min: 6, max: null }]],
    [
      'digits:4|digits_between:1,5',
      [
        { kind: 'digits', min: 4, max: 4 },
        { kind: 'digits', min: 1, max: 5 },
      ],
    ],
    ['in:a, b ,"c,d","e ""f"""', [{ kind: 'one_of', values: ['a', 'b', 'c,d', 'e "f"'] }]],
    ['in:a,', [{ kind: 'one_of', values: ['a', ''] }]],
    ['ends_with:.jar,.zip', [{ kind: 'ends_with', values: ['.jar', '.zip'], not: false }]],
    ['regex:/^a|b$/iu', [{ kind: 'pattern', pattern: '^a|b$', flags: 'i', not: false }]],
    ['nullable|present|alpha_dash', [{ kind: 'letters', of: 'alpha_dash' }]],
  ])('%s asks for', (text, checks) => expect(parseRules(splitRules(text))).toEqual({ checks, problems: [] }));

  test.each<[string, RegExp]>([
    ['exists:users,id', /the rule exists is not known/],
    ['max:many', /the rule max has no number/],
    ['gt:other', /the rule gt has no number/],
    ['regex:/(?=a)/', /can’t be matched in bounded time/],
    ['regex:/(/', /regular expression is wrong/],
    ['regex:/a/x', /regular expression/],
  ])('%s is told of', (text, problem) => {
    const { checks, problems } = parseRules(splitRules(text));
    expect(checks).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });
});
