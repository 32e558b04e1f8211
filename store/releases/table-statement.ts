/** The dialects that create-table statements are written in. */
export type Dialect = 'ansi' | 'bigquery';

type Members = Readonly<Record<string, unknown>>;

/**
 * The create-table statement of a table's asset document (REL-6). `bigquery`: backquotes, STRUCT and
 * ARRAY, partitioning, clustering and descriptions as options. `ansi`: double quotes, ROW and ARRAY,
 * standard types, and comments for what the standard has no words for. Every name is quoted; a table
 * without columns gives a comment that says so.
 */
export function createTableStatement(document: Members, dialect: Dialect): string {
  const definition = asMembers(document['definition']);
  const writer = dialect === 'bigquery' ? bigquery : ansi;
  const name = tableName(document, writer);
  const columns = asList(definition['columns']).map(asMembers);
  if (columns.length === 0) return `-- ${oneLine(name)}: its definition lists no columns.\n`;
  const lines = columns.map((column) => `  ${writer.column(column)}`);
  return writer.statement({ name, lines, definition });
}

interface Statement {
  readonly name: string;
  readonly lines: readonly string[];
  readonly definition: Members;
}

/** How a dialect writes names, columns and the rest. */
interface Writer {
  quote(name: string): string;
  column(column: Members): string;
  statement(parts: Statement): string;
}

const ansi: Writer = {
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  column(column) {
    const required = modeOf(column) === 'REQUIRED' ? ' NOT NULL' : '';
    return `${ansi.quote(text(column['name']))} ${ansiType(column)}${required}`;
  },
  statement({ name, lines, definition }) {
    const notes = [
      commented('partitioned by', definition['partitioning']),
      commented('clustered by', definition['clustering']),
    ].filter((note) => note !== '');
    return [...notes, `CREATE TABLE ${name} (`, lines.join(',\n'), ');', ''].join('\n');
  },
};

const bigquery: Writer = {
  // BigQuery has no way to write a backquote inside a quoted name but an escape.
  quote: (name) => `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``,
  column(column) {
    const required = modeOf(column) === 'REQUIRED' ? ' NOT NULL' : '';
    const description = text(column['description']).trim();
    const options = description === '' ? '' : ` OPTIONS(description=${bigqueryText(description)})`;
    return `${bigquery.quote(text(column['name']))} ${bigqueryType(column)}${required}${options}`;
  },
  statement({ name, lines, definition }) {
    return [
      `CREATE TABLE ${name} (`,
      lines.join(',\n'),
      `)${bigqueryPartitioning(definition)}${bigqueryClustering(definition)};`,
      '',
    ].join('\n');
  },
};

function tableName(document: Members, writer: Writer): string {
  const parts = [document['project'], ...text(document['code']).split('.')];
  return parts
    .map(text)
    .filter((part) => part !== '')
    .map((part) => writer.quote(part))
    .join('.');
}

function ansiType(column: Members): string {
  const type = text(column['type']).toUpperCase();
  const fields = asList(column['fields']).map(asMembers);
  const single =
    type === 'RECORD' || type === 'STRUCT'
      ? `ROW(${fields.map((field) => `${ansi.quote(text(field['name']))} ${ansiType(field)}`).join(', ')})`
      : (ansiTypes[type] ?? plainType(type, 'VARCHAR'));
  return modeOf(column) === 'REPEATED' ? `${single} ARRAY` : single;
}

function bigqueryType(column: Members): string {
  const type = text(column['type']).toUpperCase();
  const fields = asList(column['fields']).map(asMembers);
  const single =
    type === 'RECORD' || type === 'STRUCT'
      ? `STRUCT<${fields.map((field) => bigquery.column({ ...field, description: null })).join(', ')}>`
      : (bigqueryTypes[type] ?? plainType(type, 'STRING'));
  return modeOf(column) === 'REPEATED' ? `ARRAY<${single}>` : single;
}

const ansiTypes: Readonly<Record<string, string>> = {
  STRING: 'VARCHAR',
  BYTES: 'VARBINARY',
  INTEGER: 'BIGINT',
  INT64: 'BIGINT',
  FLOAT: 'DOUBLE PRECISION',
  FLOAT64: 'DOUBLE PRECISION',
  BOOL: 'BOOLEAN',
  NUMERIC: 'DECIMAL(38, 9)',
  BIGNUMERIC: 'DECIMAL(76, 38)',
  DATETIME: 'TIMESTAMP',
  TIMESTAMP: 'TIMESTAMP WITH TIME ZONE',
};

const bigqueryTypes: Readonly<Record<string, string>> = {
  INTEGER: 'INT64',
  FLOAT: 'FLOAT64',
  BOOLEAN: 'BOOL',
  VARCHAR: 'STRING',
  BIGINT: 'INT64',
};

/** A type is no quoted name, so only what looks like one gets into the statement. */
function plainType(type: string, otherwise: string): string {
  return /^[A-Z][A-Z0-9_ ]*(\(\d+(, ?\d+)?\))?$/.test(type) ? type : otherwise;
}

function bigqueryPartitioning(definition: Members): string {
  const partitioning = asMembers(definition['partitioning']);
  const field = text(partitioning['field']);
  if (field === '') return '';
  const unit = text(partitioning['type']).toUpperCase();
  const quoted = bigquery.quote(field);
  const known = ['HOUR', 'MONTH', 'YEAR'].includes(unit);
  const column = asList(definition['columns'])
    .map(asMembers)
    .find((one) => text(one['name']) === field);
  const kind = text(column?.['type']).toUpperCase();
  if (kind === 'DATE') return `\nPARTITION BY ${known ? `DATE_TRUNC(${quoted}, ${unit})` : quoted}`;
  const truncate = kind === 'DATETIME' ? 'DATETIME_TRUNC' : 'TIMESTAMP_TRUNC';
  return `\nPARTITION BY ${truncate}(${quoted}, ${known ? unit : 'DAY'})`;
}

function bigqueryClustering(definition: Members): string {
  const fields = asList(asMembers(definition['clustering'])['fields']).map(text);
  return fields.length === 0
    ? ''
    : `\nCLUSTER BY ${fields.map((field) => bigquery.quote(field)).join(', ')}`;
}

function bigqueryText(value: string): string {
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function commented(what: string, value: unknown): string {
  return value === null || value === undefined
    ? ''
    : `-- ${what}: ${oneLine(JSON.stringify(value))}`;
}

function oneLine(value: string): string {
  return value.replaceAll(/[\r\n\u0085\u2028\u2029]+/g, ' ');
}

function modeOf(column: Members): string {
  return text(column['mode']).toUpperCase();
}

function asMembers(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
