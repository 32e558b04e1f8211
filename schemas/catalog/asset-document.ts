import { z } from 'zod';
import { assetTypeCodes } from './asset-types';

/** The longest code, name, project, segment, owner or person of a document, in UTF-16 units. */
export const maxNameLength = 255;

/** The longest role of a reference, in UTF-16 units. */
export const maxRoleLength = 100;

/** The longest line of a catalog file, in bytes without its line end. */
export const maxLineBytes = 8 * 1024 * 1024;

const name = oneLine(maxNameLength);
const optionalName = name.nullable().default(null);
const type = z.enum(assetTypeCodes as [string, ...string[]], {
  error: 'is not one of the 52 asset types',
});
const instant = z.iso.datetime({ offset: true, error: 'expected an RFC 3339 time with offset' });
const plainObject = z.custom<Readonly<Record<string, unknown>>>(
  isPlainObject,
  'expected an object',
);
const labels = z.custom<Readonly<Record<string, string>>>(areTexts, 'expected an object of texts');

/** What an asset refers to; further members travel with the document untouched. */
export const AssetReference = z.looseObject({
  role: oneLine(maxRoleLength),
  type: optionalName,
  // Real platforms leave it empty where a name could not be resolved: a reference that dangles.
  project: oneLine(maxNameLength, 0).nullable().default(null),
  code: name,
});
export type AssetReference = z.infer<typeof AssetReference>;

/** One asset as a line of a catalog file or of a package says it (REL-25). */
export const AssetDocument = z.strictObject({
  type,
  project: optionalName,
  segment: optionalName,
  code: name,
  name: oneLine(maxNameLength, 0),
  owner: optionalName,
  changedAt: instant,
  changedBy: optionalName,
  labels: labels.default({}),
  references: z.array(AssetReference).default([]),
  definition: plainObject,
});
export type AssetDocument = z.infer<typeof AssetDocument>;

/** A line of a change file that says an asset is gone. */
export const AssetDeletion = z.strictObject({
  type,
  project: optionalName,
  code: name,
  changedAt: instant,
  changedBy: optionalName,
  deleted: z.literal(true),
});
export type AssetDeletion = z.infer<typeof AssetDeletion>;

const instantPattern = z.regexes.datetime({ offset: true });

/** True for an RFC 3339 time with offset, as `changedAt` is. */
export function isInstant(text: string): boolean {
  return instantPattern.test(text);
}

/** True for what JSON writes in braces. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function areTexts(value: unknown): boolean {
  return isPlainObject(value) && Object.values(value).every((one) => typeof one === 'string');
}

function oneLine(maxLength: number, minLength = 1) {
  return z
    .string()
    .min(minLength, 'must not be empty')
    .max(maxLength, `is longer than ${maxLength} characters`)
    .regex(/^[^\p{Cc}]*$/u, 'has control characters');
}
