import { expect, test } from 'vitest';
import { estimateContainer, estimateVolume, gigabyte, usageFigures } from './costs.ts';
import { emptySums, hourMs } from './fold.ts';

const prices = {
  memory_per_gb_hour: 0.01,
  cpu_per_vcpu_hour: 0.05,
  storage_per_gb_hour: 0.005,
  egress_per_gb: 0.12,
};

test('averages are over the measured time, costs are use × time × price', () => {
  const figures = usageFigures(
    {
      ...emptySums,
      measured_ms: hourMs / 2,
      cpu_us: 900_000_000,
      memory: 2 * gigabyte * (hourMs / 2),
      storage_ms: hourMs / 4,
      storage: 8 * gigabyte * (hourMs / 4),
      network_tx: gigabyte / 2,
    },
    prices,
  );
  expect(figures).toEqual({
    memory_usage_gb: 2,
    cpu_usage_vcpu: 0.5,
    storage_usage_gb: 8,
    network_egress_gb: 0.5,
    memory_cost: 0.01,
    cpu_cost: 0.0125,
    storage_cost: 0.01,
    egress_cost: 0.06,
    total_cost: 0.0925,
    measured_seconds: 1800,
  });
});

test('nothing measured is nothing used, and no division by zero', () => {
  expect(new Set(Object.values(usageFigures(emptySums, prices)))).toEqual(new Set([0]));
});

test('rounding comes at the end: many small parts cost what their sum costs', () => {
  const dear = { ...prices, memory_per_gb_hour: 1e9 };
  const tiny = { ...emptySums, measured_ms: 1, memory: 1 };
  expect(usageFigures(tiny, dear).memory_cost).toBeCloseTo(1e9 / gigabyte / hourMs, 9);
});

test('an estimate: a day is 24 hours, a month 30 days, egress is paid by the month', () => {
  expect(
    estimateContainer({ memory_gb: 2, cpu_vcpu: 1, storage_gb: 10, egress_gb_per_month: 100 }, prices),
  ).toEqual({
    hourly_cost: 0.12,
    daily_cost: 2.88,
    monthly_cost: 98.4,
    breakdown: {
      memory_cost_per_hour: 0.02,
      cpu_cost_per_hour: 0.05,
      storage_cost_per_hour: 0.05,
      egress_cost_per_month: 12,
    },
  });
  expect(estimateVolume({ storage_gb: 10 }, prices)).toEqual({
    hourly_cost: 0.05,
    daily_cost: 1.2,
    monthly_cost: 36,
    storage_gb: 10,
  });
});
