import type { UsageSums } from '../store/contract.ts';
import { hourMs } from './fold.ts';

/** A15 `monitoring.billing`: prices in whatever money is meant. */
export interface Prices {
  memory_per_gb_hour: number;
  cpu_per_vcpu_hour: number;
  storage_per_gb_hour: number;
  egress_per_gb: number;
}

/** A GB is 2^30 bytes, as a volume's MB is 2^20. */
export const gigabyte = 2 ** 30;
/** A day is 24 hours, a month 30 days. */
const hoursOfDay = 24;
const hoursOfMonth = 720;

/** At the very end, so that a figure shows no noise of its last binary digits. */
const rounded = (value: number): number => Math.round(value * 1e9) / 1e9;

/**
 * What was used and what it costs. Averages are over the time that is known of (stopped counts as nothing used, a gap not at
 * all); costs are use × time × price of that time alone, so nothing is made up for a gap.
 */
export function usageFigures(sums: UsageSums, prices: Prices) {
  const memory = sums.memory / gigabyte / hourMs;
  const cpu = sums.cpu_us / 1000 / hourMs;
  const storage = sums.storage / gigabyte / hourMs;
  const egress = sums.network_tx / gigabyte;
  const memoryCost = memory * prices.memory_per_gb_hour;
  const cpuCost = cpu * prices.cpu_per_vcpu_hour;
  const storageCost = storage * prices.storage_per_gb_hour;
  const egressCost = egress * prices.egress_per_gb;
  return {
    memory_usage_gb: average(memory, sums.measured_ms),
    cpu_usage_vcpu: average(cpu, sums.measured_ms),
    storage_usage_gb: average(storage, sums.storage_ms),
    network_egress_gb: rounded(egress),
    memory_cost: rounded(memoryCost),
    cpu_cost: rounded(cpuCost),
    storage_cost: rounded(storageCost),
    egress_cost: rounded(egressCost),
    total_cost: rounded(memoryCost + cpuCost + storageCost + egressCost),
    measured_seconds: sums.measured_ms / 1000,
  };
}

/** `hours` is a figure × hours. */
function average(hours: number, ms: number): number {
  return ms > 0 ? rounded(hours / (ms / hourMs)) : 0;
}

export interface CostQuery {
  memory_gb: number;
  cpu_vcpu: number;
  storage_gb: number;
  egress_gb_per_month: number;
}

/** What a server would cost that uses that much all the time. Egress is paid by the month, so it is in the month alone. */
export function estimateContainer(request: CostQuery, prices: Prices) {
  const memory = request.memory_gb * prices.memory_per_gb_hour;
  const cpu = request.cpu_vcpu * prices.cpu_per_vcpu_hour;
  const storage = request.storage_gb * prices.storage_per_gb_hour;
  const egress = request.egress_gb_per_month * prices.egress_per_gb;
  return {
    ...periods(memory + cpu + storage, egress),
    breakdown: {
      memory_cost_per_hour: rounded(memory),
      cpu_cost_per_hour: rounded(cpu),
      storage_cost_per_hour: rounded(storage),
      egress_cost_per_month: rounded(egress),
    },
  };
}

export function estimateVolume({ storage_gb }: { storage_gb: number }, prices: Prices) {
  return { ...periods(storage_gb * prices.storage_per_gb_hour, 0), storage_gb };
}

function periods(hourly: number, monthlyExtra: number) {
  return {
    hourly_cost: rounded(hourly),
    daily_cost: rounded(hourly * hoursOfDay),
    monthly_cost: rounded(hourly * hoursOfMonth + monthlyExtra),
  };
}
