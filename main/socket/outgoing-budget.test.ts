import { expect, test } from 'vitest';
import { OutgoingBudget, type OutgoingMember } from './outgoing-budget.ts';

class Client implements OutgoingMember {
  waiting = 0;
  isCut = false;
  cut(): void {
    this.isCut = true;
    this.waiting = 0;
  }
}

function joined(budget: OutgoingBudget) {
  const client = new Client();
  const leave = budget.add(client);
  const send = (bytes: number): void => {
    client.waiting += bytes;
    budget.sent(client);
  };
  return { client, leave, send };
}

test('B4 over the budget the largest goes, also by what another one was sent, and no more than must', () => {
  const budget = new OutgoingBudget(100);
  const [small, large, other] = [joined(budget), joined(budget), joined(budget)];
  small.send(10);
  large.send(60);
  other.send(30);
  expect([small, large, other].map(({ client }) => client.isCut)).toEqual([false, false, false]);
  small.send(1);
  expect([small, large, other].map(({ client }) => client.isCut)).toEqual([false, true, false]);
  small.send(50);
  expect([small, other].map(({ client }) => client.isCut)).toEqual([false, false]);
});

test('B4 what was taken meanwhile, or belonged to one who left, doesn’t count', () => {
  const budget = new OutgoingBudget(100);
  const [first, second, third] = [joined(budget), joined(budget), joined(budget)];
  first.send(90);
  first.client.waiting = 0;
  second.send(90);
  second.leave();
  third.send(90);
  expect([first, second, third].map(({ client }) => client.isCut)).toEqual([false, false, false]);
  third.send(20);
  expect(third.client.isCut).toBe(true);
});
