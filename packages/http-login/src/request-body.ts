import type { IncomingMessage } from 'node:http'
import { HttpLoginError } from './errors.ts'

const NOTHING = Buffer.alloc(0)

/**
 * The whole body of a request, put back afterwards: whoever reads the request next finds it as if nobody had looked.
 *
 * @throws {HttpLoginError} `BODY_TOO_LARGE` past `maxBytes`, `BODY_UNREADABLE` when it breaks off, does not come within
 * `deadlineMs`, or was read by somebody else before
 */
export function readBody(req: IncomingMessage, maxBytes: number, deadlineMs: number): Promise<Uint8Array> {
  const announced = Number(req.headers['content-length'] ?? 0)
  const chunked = req.headers['transfer-encoding'] !== undefined
  // HTTP/2 announces no body but by the end of the stream.
  if (announced === 0 && !chunked && req.httpVersionMajor < 2) return Promise.resolve(NOTHING)
  if (announced > maxBytes) return Promise.reject(tooLarge(maxBytes))
  if (req.readableDidRead || req.readableFlowing === true) {
    return Promise.reject(
      unreadable('the body was read before the login could hash it', 'Put the login before body parsers.'),
    )
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0

    const onReadable = () => {
      for (let chunk = req.read() as Buffer | null; chunk !== null; chunk = req.read() as Buffer | null) {
        chunks.push(chunk)
        size += chunk.length
        if (size > maxBytes) return leave(() => reject(tooLarge(maxBytes)))
      }
      // All of it is in our hands, and the stream has not ended yet: now it takes something back.
      if (req.complete || (announced > 0 && size === announced)) finish()
    }
    const finish = () =>
      leave(() => {
        const whole = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size)
        if (size > 0) req.unshift(whole)
        resolve(whole)
      })
    // Over HTTP/2 nothing but the end tells that a body without a length is whole, and then it is too late to put it back.
    const onEnd = () =>
      size === 0 ? finish() : leave(() => reject(unreadable('the body has no Content-Length, and cannot be put back')))
    const onBreak = () => leave(() => reject(unreadable('the body broke off before it was whole')))
    const timer = setTimeout(
      () => leave(() => reject(unreadable(`the body did not come within ${deadlineMs} ms`))),
      deadlineMs,
    )
    const leave = (then: () => void) => {
      clearTimeout(timer)
      req.off('readable', onReadable).off('end', onEnd).off('error', onBreak).off('close', onBreak)
      then()
    }
    req.on('readable', onReadable).on('end', onEnd).on('error', onBreak).on('close', onBreak)
  })
}

/**
 * The whole body, as the framework reads and keeps it: for those that do not read a request that somebody has looked into.
 *
 * @throws {HttpLoginError} as {@link readBody} does; a body without a `Content-Length` is measured only when it is there
 */
export async function readBodyBy(
  read: () => Promise<ArrayBuffer>,
  req: IncomingMessage,
  maxBytes: number,
  deadlineMs: number,
): Promise<Uint8Array> {
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(unreadable(`the body did not come within ${deadlineMs} ms`)), deadlineMs)
  })
  try {
    const body = new Uint8Array(await Promise.race([read(), late]))
    if (body.length > maxBytes) throw tooLarge(maxBytes)
    return body
  } finally {
    clearTimeout(timer)
  }
}

function tooLarge(maxBytes: number): HttpLoginError {
  return new HttpLoginError('BODY_TOO_LARGE', `a body that must be hashed has more than ${maxBytes} bytes`)
}

function unreadable(problem: string, hint?: string): HttpLoginError {
  return new HttpLoginError('BODY_UNREADABLE', problem, hint === undefined ? {} : { hint })
}
