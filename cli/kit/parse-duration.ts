import ms, { type StringValue } from 'ms';

/** Milliseconds of a text such as `2d` or `90 minutes`; a unit is demanded, else undefined. */
export function parseDuration(value: string): number | undefined {
  if (!/^\d+(\.\d+)?\s*[a-z]+$/i.test(value)) return undefined;
  const duration: number | undefined = ms(value as StringValue);
  return Number.isFinite(duration) ? Math.round(duration) : undefined;
}
