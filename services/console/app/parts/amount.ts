/** A number of octets as people say it: `52 octets`, `256 KiB`, `50.1 MiB`. */
export function amountText(octets: number): string {
  if (octets < 1_024) return `${octets} octets`;
  const [unit, size] = octets < 1_024 * 1_024 ? ['KiB', 1_024] : ['MiB', 1_024 * 1_024];
  const amount = octets / Number(size);
  return `${amount < 100 && !Number.isInteger(amount) ? amount.toFixed(1) : Math.round(amount)} ${unit}`;
}
