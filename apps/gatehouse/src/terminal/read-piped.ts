import type { Input } from './input.ts'

/**
 * Everything that is piped in, up to its end.
 *
 * @returns `undefined` when that is more than `mostBytes`; the rest is left unread
 */
export async function readPiped(input: Input, mostBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of input) {
    const piece = Buffer.from(chunk)
    bytes += piece.length
    if (bytes > mostBytes) return undefined
    chunks.push(piece)
  }
  return Buffer.concat(chunks)
}
