import { describe, expect, test } from 'vitest';
import type { EggCheck } from '../model/egg.ts';
import { valueProblem } from './check-value.ts';

const problem = (value: string, ...checks: EggCheck[]) =>
  valueProblem({ checks }, value, (pattern, flags, text) => new RegExp(pattern, flags).test(text));

describe('E3: what is wrong with a value, in words', () => {
  test.each<[string, EggCheck[], string | null]>([
    ['', [{ kind: 'required' }], 'must be filled in'],
    ['  ', [{ kind: 'required' }, { kind: 'boolean' }], 'must be filled in'],
    ['0', [{ kind: 'required' }, { kind: 'boolean' }], null],
    ['', [{ kind: 'number', whole: true }], null],
    ['1.5', [{ kind: 'number', whole: true }], 'must be a whole number'],
    ['1.5', [{ kind: 'number', whole: false }], null],
    ['1,5', [{ kind: 'number', whole: false }], 'must be a number'],
    ['0x10', [{ kind: 'number', whole: false }], 'must be a number'],
    ['5', [{ kind: 'value', min: 6, max: 9 }], 'must be at least 6'],
    ['10', [{ kind: 'value', min: 6, max: 9 }], 'must be at most 9'],
    ['5', [{ kind: 'above', than: 5 }], 'must be more than 5'],
    ['5', [{ kind: 'below', than: 5 }], 'must be less than 5'],
    ['abc', [{ kind: 'length', min: 32, max: 32 }], 'must be exactly 32 characters long'],
    ['🎮🎮', [{ kind: 'length', min: null, max: 2 }], null],
    ['abc', [{ kind: 'length', min: null, max: 2 }], 'must be at most 2 characters long'],
    ['12', [{ kind: 'digits', min: 3, max: 3 }], 'must have exactly 3 digits'],
    ['1e3', [{ kind: 'digits', min: 1, max: 5 }], 'must have 1 to 5 digits and nothing else'],
    ['yes', [{ kind: 'boolean' }], 'must be on or off (1 or 0)'],
    ['c', [{ kind: 'one_of', values: ['a', 'b'] }], 'must be one of a, b'],
    ['a', [{ kind: 'none_of', values: ['a', 'b'] }], 'must not be a'],
    ['x.jar', [{ kind: 'ends_with', values: ['.jar'], not: false }], null],
    ['x.exe', [{ kind: 'ends_with', values: ['.jar'], not: false }], 'must end with .jar'],
    ['x', [{ kind: 'starts_with', values: ['x'], not: true }], 'must not begin with x'],
    ['Ünï-1_', [{ kind: 'letters', of: 'alpha_dash' }], null],
    ['a b', [{ kind: 'letters', of: 'alpha_num' }], 'must consist of letters and digits alone'],
    ['12', [{ kind: 'pattern', pattern: '^\\d+$', flags: '', not: true }], 'must not match ^\\d+$'],
    ['ab', [{ kind: 'pattern', pattern: '^\\d+$', flags: '', not: false }], 'must match ^\\d+$'],
    ['AB', [{ kind: 'pattern', pattern: '^[a-z]+$', flags: 'i', not: false }], null],
    ['example.org', [{ kind: 'url' }], 'must be an address like https://example.org'],
    ['https://example.org/x?y', [{ kind: 'url' }], null],
    ['256.1.1.1', [{ kind: 'ip', version: 'any' }], 'must be an IP address'],
    ['::ffff:10.0.0.1', [{ kind: 'ip', version: '6' }], null],
    ['1:2:3:4:5:6:7', [{ kind: 'ip', version: '6' }], 'must be an IPv6 address'],
    ['1::2::3', [{ kind: 'ip', version: '6' }], 'must be an IPv6 address'],
    ['nobody', [{ kind: 'email' }], 'must be an e-mail address'],
    ['a\0b', [], 'must not contain NUL'],
  ])('%j with %j', (value, checks, expected) => {
    expect(problem(value, ...checks)).toBe(expected);
  });

  test('what can’t be matched keeps nobody out', () => {
    const checks: EggCheck[] = [{ kind: 'pattern', pattern: '(?=x)', flags: '', not: false }];
    expect(valueProblem({ checks }, 'y', () => null)).toBeNull();
    expect(valueProblem({ checks }, 'y', () => false)).toBe('must match (?=x)');
  });
});
