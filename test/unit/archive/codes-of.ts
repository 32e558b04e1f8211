/** The codes of a verdict's findings, in order. */
export function codesOf(verdict: { findings: readonly { code: string }[] }): string[] {
  return verdict.findings.map((finding) => finding.code);
}
