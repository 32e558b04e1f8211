const chunkBytes = 128 * 1024;
const textOid = 25;
const signature = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const trailer = Buffer.of(0xff, 0xff);
const microsecondsUntil2000 = BigInt(Date.UTC(2000, 0, 1)) * 1000n;

/** Writes rows of PostgreSQL's binary COPY format into chunks, each value once. */
export class CopyWriter {
  #full: Buffer[] = [];
  #chunk = Buffer.allocUnsafeSlow(chunkBytes);
  /** Behind the header. */
  #position = signature.copy(this.#chunk);

  /** Begins a row of so many values. */
  row(columnCount: number): void {
    this.#reserve(2);
    this.#position = this.#chunk.writeInt16BE(columnCount, this.#position);
  }

  null(): void {
    this.#word(-1);
  }

  text(value: string | null): void {
    if (value === null) this.null();
    else this.textBytes(value);
  }

  /** Writes a text and gives its bytes, which stay as they are. */
  textBytes(value: string): Buffer {
    // A UTF-16 unit takes at most three bytes; the exact length of a long text is worth asking for.
    this.#reserve(4 + (value.length > 4096 ? Buffer.byteLength(value) : value.length * 3));
    const start = this.#position + 4;
    const size = this.#chunk.write(value, start);
    this.#chunk.writeInt32BE(size, this.#position);
    this.#position = start + size;
    return this.#chunk.subarray(start, this.#position);
  }

  bytes(value: Uint8Array | null): void {
    if (value === null) this.null();
    else {
      // First the place: it may lie in a new chunk.
      const at = this.#value(value.length);
      this.#chunk.set(value, at);
    }
  }

  /** A text whose bytes lie in a buffer, from `start` up to, not including, `end`. */
  slice(source: Buffer, start: number, end: number): void {
    const at = this.#value(end - start);
    source.copy(this.#chunk, at, start, end);
  }

  int8(value: number): void {
    const at = this.#value(8);
    this.#chunk.writeBigInt64BE(BigInt(value), at);
  }

  int4(value: number): void {
    const at = this.#value(4);
    this.#chunk.writeInt32BE(value, at);
  }

  /** Microseconds since 1970. */
  timestamp(value: bigint): void {
    const at = this.#value(8);
    this.#chunk.writeBigInt64BE(value - microsecondsUntil2000, at);
  }

  boolean(value: boolean): void {
    const at = this.#value(1);
    this.#chunk.writeUInt8(value ? 1 : 0, at);
  }

  /** A list of texts, not empty. */
  textArray(values: readonly (string | null)[]): void {
    // The length of the whole comes first: measured, as it may lie in another chunk by then.
    const size = values.reduce((sum, value) => sum + 4 + Buffer.byteLength(value ?? ''), 20);
    // Dimensions, has nulls, type of the items, their count, first index.
    for (const word of [size, 1, 1, textOid, values.length, 1]) this.#word(word);
    for (const value of values) this.text(value);
  }

  /** The chunks that are full, for good: they are not written to again. */
  take(): Buffer[] {
    return this.#full.splice(0);
  }

  /** The rest, with the trailer that ends the COPY. */
  end(): Buffer[] {
    this.#reserve(trailer.length);
    this.#position += trailer.copy(this.#chunk, this.#position);
    return [...this.take(), this.#chunk.subarray(0, this.#position)];
  }

  #reserve(size: number): void {
    if (this.#position + size <= this.#chunk.length) return;
    this.#full.push(this.#chunk.subarray(0, this.#position));
    this.#chunk = Buffer.allocUnsafeSlow(Math.max(chunkBytes, size));
    this.#position = 0;
  }

  #word(value: number): void {
    this.#reserve(4);
    this.#position = this.#chunk.writeInt32BE(value, this.#position);
  }

  /** Writes the length of a value and gives the place where it belongs. */
  #value(size: number): number {
    this.#reserve(4 + size);
    const at = this.#chunk.writeInt32BE(size, this.#position);
    this.#position = at + size;
    return at;
  }
}
