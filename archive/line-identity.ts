import { compareUtf8 } from './byte-order';

/** What a line is about; in the order of lines null counts as the empty text. */
export interface LineIdentity {
  readonly type: string | null;
  readonly project: string | null;
  readonly code: string;
}

/** Compares two identities as lines are sorted: type, project, code, by UTF-8 bytes (REL-25). */
export function compareIdentities(left: LineIdentity, right: LineIdentity): number {
  return (
    compareUtf8(left.type ?? '', right.type ?? '') ||
    compareUtf8(left.project ?? '', right.project ?? '') ||
    compareUtf8(left.code, right.code)
  );
}
