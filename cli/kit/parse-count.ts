import { InvalidArgumentError } from 'commander';

/** A whole number of at least 1, as an option gives it. */
export function parseCount(value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError('Give a whole number from 1.');
  return Number(value);
}
