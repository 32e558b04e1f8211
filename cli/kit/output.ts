import Table from 'cli-table3';
import colors from 'picocolors';

/** Where a command writes: people get tables and colours on a terminal, programs one JSON document. */
export interface Output {
  readonly json: boolean;
  /** True where stdout is a terminal and people read it. */
  readonly interactive: boolean;
  /** The result: with `--json` the document alone, else what `human` prints. */
  result(document: unknown, human: () => void): void;
  line(text?: string): void;
  /** A table of cells; the first row names the columns. */
  table(
    head: readonly string[],
    rows: readonly (readonly (string | number | null | undefined)[])[],
  ): void;
  /** Progress and hints, on stderr, so that a pipe gets the result alone. */
  note(text: string): void;
}

/** Builds the output of one command. */
export function createOutput(options: { readonly json: boolean }): Output {
  const interactive = process.stdout.isTTY && !options.json;
  const line = (text = ''): void => void process.stdout.write(`${text}\n`);
  return {
    json: options.json,
    interactive,
    line,
    result(document, human) {
      if (options.json) line(JSON.stringify(document, null, 2));
      else human();
    },
    table: (head, rows) => line(renderTable(head, rows, interactive)),
    note: (text) => void process.stderr.write(`${text}\n`),
  };
}

function renderTable(
  head: readonly string[],
  rows: readonly (readonly (string | number | null | undefined)[])[],
  interactive: boolean,
): string {
  const table = new Table({
    head: head.map((name) => (interactive ? colors.bold(name) : name)),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    chars: borderless,
  });
  table.push(...rows.map((row) => row.map((cell) => String(cell ?? ''))));
  return table
    .toString()
    .split('\n')
    .map((text) => text.trimEnd())
    .join('\n');
}

const borderless = Object.fromEntries(
  [
    ...[
      'top',
      'top-mid',
      'top-left',
      'top-right',
      'bottom',
      'bottom-mid',
      'bottom-left',
      'bottom-right',
    ],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((name) => [name, '']),
);
