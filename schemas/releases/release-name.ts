import { z } from 'zod';

const extension = '.dp';
const maximumWidth = 255;
const forbidden = '? 、 / \\ " “ ” < > | : *';

/** Characters that count as two: those of East Asian Width wide or full. */
const wide =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2ff}\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{1fa70}-\u{1faff}\u{20000}-\u{3fffd}]/u;

interface NameFault {
  readonly finding: string;
  readonly message: string;
  readonly fix: string;
}

/**
 * The file name of a release package (REL-7): `.dp` is appended where it is missing; at most 255,
 * `.dp` included, where a CJK character counts as two; no leading `.` or blank; none of
 * `? 、 / \ " “ ” < > | : *` and no control characters. Every fault is an issue of its own.
 */
export const ReleaseName = z
  .string()
  .transform(withExtension)
  .superRefine((name, context) => {
    for (const { finding, message, fix } of findNameFaults(name)) {
      context.addIssue({ code: 'custom', message, params: { finding, fix } });
    }
  });
export type ReleaseName = z.infer<typeof ReleaseName>;

/** How wide a name is: a CJK character counts as 2, every other as 1 (REL-7). */
export function nameWidth(name: string): number {
  return Array.from(name).reduce((width, character) => width + (wide.test(character) ? 2 : 1), 0);
}

/** What a package is called where nobody named it: `<TenantName>_<yyyyMMddHHmmss>.dp` (REL-6). */
export function defaultReleaseName(tenant: {
  readonly name: string;
  readonly timeZone: string;
  readonly now: Date;
}): string {
  const time = new Intl.DateTimeFormat('en-CA', {
    timeZone: tenant.timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  });
  const digits = time.format(tenant.now).replaceAll(/\D/g, '');
  const ending = `_${digits}${extension}`;
  const allowed = Array.from(tenant.name.toWellFormed()).map((one) =>
    isForbidden(one) ? '_' : one,
  );
  const start = allowed.join('').replace(/^[. ]+/, '');
  let kept = '';
  for (const character of start === '' ? 'release' : start) {
    if (nameWidth(kept + character + ending) > maximumWidth) break;
    kept += character;
  }
  return kept + ending;
}

function withExtension(name: string): string {
  return name.endsWith(extension) ? name : name + extension;
}

function findNameFaults(name: string): NameFault[] {
  const faults: NameFault[] = [];
  const width = nameWidth(name);
  if (name === extension) {
    faults.push(fault('ReleaseNameEmpty', 'has nothing before .dp', 'Give it a name.'));
  } else if (/^[. ]/.test(name)) {
    faults.push(
      fault('ReleaseNameStart', 'begins with . or a blank', 'Begin with another character.'),
    );
  }
  const found = [...new Set(Array.from(name).filter(isForbidden))];
  if (found.length > 0) {
    const shown = found.map((one) => JSON.stringify(one).slice(1, -1)).join(' ');
    faults.push(
      fault(
        'ReleaseNameCharacters',
        `has ${shown}`,
        `Leave out ${forbidden} and control characters.`,
      ),
    );
  }
  if (width > maximumWidth) {
    const message = `is ${width} wide, where a CJK character counts as 2`;
    faults.push(
      fault('ReleaseNameTooLong', message, `Shorten it to ${maximumWidth}, .dp included.`),
    );
  }
  return faults;
}

function fault(finding: string, message: string, fix: string): NameFault {
  return { finding, message, fix };
}

function isForbidden(character: string): boolean {
  return /[?、/\\"“”<>|:*\p{Cc}\p{Cs}\u2028\u2029]/u.test(character);
}
