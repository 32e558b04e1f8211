import { assetTypeCodes } from '../catalog/asset-types';

interface NameKindRow {
  /** The asset type whose code is such a name, so that the rule renames its objects too. */
  readonly identityOf: string | null;
  /** Whether two names may become one: never where identities would fall together. */
  readonly mayMerge: boolean;
}

/**
 * Kinds of rules that replace a name wherever a document says it (RUN-25). A kind more is a row more;
 * every other kind is an asset type and points references elsewhere.
 */
export const nameKinds = {
  project: { identityOf: 'project', mayMerge: false },
  segment: { identityOf: 'data_segment', mayMerge: false },
  owner: { identityOf: null, mayMerge: true },
} as const satisfies Record<string, NameKindRow>;
export type NameKind = keyof typeof nameKinds;

const named = Object.values<NameKindRow>(nameKinds).map((row) => row.identityOf);

/** Kinds of rules that point references to another object: the asset types that no name kind renames. */
export const objectKinds: readonly string[] = assetTypeCodes.filter(
  (type) => !named.includes(type),
);

/** True for a kind whose rules replace a name. */
export function isNameKind(kind: string): kind is NameKind {
  return Object.hasOwn(nameKinds, kind);
}

/** The kind of rule that speaks of objects of this type: `segment` for `data_segment`. */
export function kindOfType(type: string): string {
  const renaming = Object.entries<NameKindRow>(nameKinds).find(
    ([, row]) => row.identityOf === type,
  );
  return renaming?.[0] ?? type;
}
