import colors from 'picocolors';
import type { PatchOperation } from '../../client';
import type { Output } from './output';
import { printable } from './printable';

const longestValue = 200;
type Paint = (text: string) => string;
const colorOf: Partial<Record<PatchOperation['op'], Paint>> = {
  add: colors.green,
  remove: colors.red,
  replace: colors.yellow,
};

/** Prints a JSON patch, a line a field: green what is added, red what goes, yellow what changes. */
export function printPatch(output: Output, patch: readonly PatchOperation[]): void {
  for (const operation of patch) {
    const value = 'value' in operation ? ` ${shorten(JSON.stringify(operation.value))}` : '';
    const text = `  ${operation.op.padEnd(7)} ${printable(`${operation.path}${value}`)}`;
    const paint = output.interactive ? colorOf[operation.op] : undefined;
    output.line(paint?.(text) ?? text);
  }
}

function shorten(text: string): string {
  return text.length <= longestValue ? text : `${text.slice(0, longestValue)}…`;
}
