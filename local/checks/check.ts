/** One thing that was looked at; `fix` says what to do, where it is not well. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly fix: string | null;
}

/** What a check found: undefined when all is well, else what to do. */
export interface Verdict {
  readonly detail: string;
  readonly fix?: string;
}

/** Runs one check; one that fails to run is not well, with its reason as the detail. */
export async function runCheck(
  name: string,
  look: () => Verdict | Promise<Verdict>,
  fixWhenItFails: string,
): Promise<Check> {
  try {
    const { detail, fix } = await look();
    return { name, ok: fix === undefined, detail, fix: fix ?? null };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name, ok: false, detail, fix: fixWhenItFails };
  }
}
