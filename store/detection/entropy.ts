/** The Shannon entropy of a text, in bits a UTF-16 unit: how evenly its characters are spread. */
export function shannonEntropy(text: string): number {
  const counts = new Map<number, number>();
  for (let place = 0; place < text.length; place++) {
    const unit = text.charCodeAt(place);
    counts.set(unit, (counts.get(unit) ?? 0) + 1);
  }
  let entropy = 0;
  for (const count of counts.values()) {
    const share = count / text.length;
    entropy -= share * Math.log2(share);
  }
  return entropy;
}
