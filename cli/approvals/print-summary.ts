import type { Approval, Finding } from '../../client';
import { printable } from '../kit/printable';

type Summary = Approval['summary'];

/** What an approval request is about, in one line. */
export function whatOf({ summary, run }: Approval): string {
  const { what, name } = summary;
  return printable(typeof what === 'string' ? what : typeof name === 'string' ? name : run);
}

/** Members that are shown another way, or say nothing to people. */
const shownElsewhere = ['what', 'name', 'warnings'];

/** A row for each plain member of a summary, in its order; what is empty is left out. */
export function summaryRows(summary: Summary): [name: string, value: string][] {
  return Object.entries(summary)
    .filter(([name, value]) => !shownElsewhere.includes(name) && !isCounts(value))
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => [
      name,
      printable(typeof value === 'string' ? value : JSON.stringify(value)),
    ]);
}

/** The members of a summary that count something, such as objects by type. */
export function countTables(
  summary: Summary,
): { readonly head: string; readonly counts: [name: string, count: number][] }[] {
  return Object.entries(summary).flatMap(([head, value]) =>
    isCounts(value) ? [{ head, counts: Object.entries(value) }] : [],
  );
}

/** What the checks had to say besides. */
export function warningsOf({ warnings }: Summary): readonly Finding[] {
  return Array.isArray(warnings) ? (warnings as Finding[]) : [];
}

function isCounts(value: unknown): value is Readonly<Record<string, number>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const members = Object.values(value);
  return members.length > 0 && members.every((member) => typeof member === 'number');
}
