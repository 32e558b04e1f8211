import ms, { type StringValue } from 'ms';

/**
 * The ISO 8601 time in UTC that a text means: a time, a day (its start in UTC), or so long before
 * `now`, such as `2d`. What means no time is given back as it is, for the client to refuse.
 */
export function toTime(text: string, now: Date): string {
  if (/^\d+(\.\d+)?\s*[a-z]+$/i.test(text)) {
    const duration: number | undefined = ms(text as StringValue);
    return Number.isFinite(duration) ? new Date(now.getTime() - duration).toISOString() : text;
  }
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : new Date(time).toISOString();
}
