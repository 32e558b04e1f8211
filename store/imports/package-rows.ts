import { hash } from 'node:crypto';
import type { AssetKey } from '../catalog/asset-secrets';
import type { CopyWriter } from '../catalog/copy-writer';
import type { ReadDocument } from '../catalog/read-document';

/** The columns of `package_objects` in the order in which rows are written. */
export const packageObjectColumns = [
  ...['index_id', 'shard', 'line', 'type', 'project', 'code', 'segment', 'name', 'owner'],
  ...['changed_at', 'changed_by', 'digest', 'byte_count', 'sealed_secrets', 'secrets_mac'],
  ...['keeps_secrets', 'reread', 'references_at', 'references_bytes'],
] as const;

/** Which line of which shard a row is about. */
export interface RowPlace {
  readonly indexId: number;
  readonly shard: number;
  readonly line: number;
}

/** Begins the row of an object: where it is from. */
export function beginRow(writer: CopyWriter, { indexId, shard, line }: RowPlace): void {
  writer.row(packageObjectColumns.length);
  writer.int8(indexId);
  writer.int4(shard);
  writer.int4(line);
}

/** Writes the row of an object or a deletion that was parsed; its line is read anew when it is staged. */
export function writeParsedRow(writer: CopyWriter, place: RowPlace, object: ReadDocument): void {
  const { content } = object;
  beginRow(writer, place);
  writeKey(writer, object);
  writer.text(content?.document.segment ?? null);
  writer.text(content?.document.name ?? null);
  writer.text(content?.document.owner ?? null);
  writer.timestamp(object.changedAt);
  writer.text(object.changedBy);
  if (content === null) {
    writer.null();
    writer.null();
  } else {
    const body = Buffer.from(content.body, 'utf8');
    writer.bytes(hash('sha256', body, 'buffer'));
    writer.int4(body.length);
  }
  writer.bytes(content?.secrets.sealed ?? null);
  writer.bytes(content?.secrets.mac ?? null);
  writer.boolean(content?.secrets.keep ?? false);
  writer.boolean(content !== null);
  writer.null();
  writer.null();
}

function writeKey(writer: CopyWriter, { type, project, code }: AssetKey): void {
  writer.text(type);
  writer.text(project);
  writer.text(code);
}
