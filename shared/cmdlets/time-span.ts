/** A time as .NET's TimeSpan writes it, in whole seconds: `01:00:00`, `1.02:03:04`; days where there is one number. */
export function parseTimeSpan(text: string): number | undefined {
  const days = /^\s*(\d{1,8})\s*$/.exec(text);
  if (days !== null) return Number(days[1]) * 86_400;
  const parts = /^\s*(?:(\d{1,8})\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?\s*$/.exec(text);
  if (parts === null) return undefined;
  const [day, hour, minute, second] = parts.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number];
  return hour > 23 || minute > 59 || second > 59 ? undefined : ((day * 24 + hour) * 60 + minute) * 60 + second;
}

export function timeSpanText(seconds: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const days = Math.floor(seconds / 86_400);
  return `${days === 0 ? '' : `${days}.`}${two((seconds % 86_400) / 3_600)}:${two((seconds % 3_600) / 60)}:${two(seconds % 60)}`;
}
