import { InvalidArgumentError } from 'commander';

/** Option parser: a whole number in decimal digits. */
export function parseWhole(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}
