/** RFC 854: what follows IAC is a command; two of them are the byte 255. */
const IAC = 255
const DONT = 254
const DO = 253
const WONT = 252
const WILL = 251
const SB = 250
const SE = 240
/** RFC 857. */
const ECHO = 1

const NUL = 0
const LF = 0x0a
const CR = 0x0d

/** The server promises to echo what is typed, and then does not: the client stops showing it. */
const HIDE: Buffer = Buffer.from([IAC, WILL, ECHO])
const SHOW: Buffer = Buffer.from([IAC, WONT, ECHO])

/** Real clients negotiate a handful of options; past this many, answers would only be a way to make the server talk. */
const MAX_ANSWERS = 256

type State = 'data' | 'command' | 'option' | 'sub' | 'sub-command'

/** Takes telnet commands out of what a client sends, and answers them: every option but our own echo is declined. */
export class Telnet {
  readonly #send: (bytes: Buffer) => void
  #state: State = 'data'
  #verb = 0
  #afterCr = false
  #hiding = false
  #answers = 0

  constructor(send: (bytes: Buffer) => void) {
    this.#send = send
  }

  /** Hides what the user types, or shows it again. */
  hide(hidden: boolean): void {
    if (hidden === this.#hiding) return
    this.#hiding = hidden
    this.#send(hidden ? HIDE : SHOW)
  }

  /** The data in `chunk`, which is overwritten. */
  strip(chunk: Buffer): Buffer {
    if (this.#state === 'data' && !chunk.includes(IAC) && !chunk.includes(NUL)) {
      this.#afterCr = chunk[chunk.length - 1] === CR
      return chunk
    }
    let length = 0
    for (const byte of chunk) {
      const data = this.#step(byte)
      if (data !== undefined) chunk[length++] = data
    }
    return chunk.subarray(0, length)
  }

  /** The data byte that `byte` is, if it is one. */
  #step(byte: number): number | undefined {
    switch (this.#state) {
      case 'data': {
        if (byte === IAC) {
          this.#state = 'command'
          return undefined
        }
        // RFC 1123 section 3.3.1: the end-of-line key may send CR NUL as well as CR LF.
        const data = byte === NUL && this.#afterCr ? LF : byte
        this.#afterCr = byte === CR
        return data
      }
      case 'command':
        this.#state = byte === SB ? 'sub' : byte >= WILL && byte < IAC ? 'option' : 'data'
        this.#verb = byte
        return byte === IAC ? IAC : undefined
      case 'option':
        this.#state = 'data'
        this.#negotiate(this.#verb, byte)
        return undefined
      case 'sub':
        if (byte === IAC) this.#state = 'sub-command'
        return undefined
      case 'sub-command':
        this.#state = byte === SE ? 'data' : 'sub'
        return undefined
    }
  }

  #negotiate(verb: number, option: number): void {
    // RFC 854: a refusal, and the answer to what we asked ourselves, are not acknowledged; else both sides would go on for ever.
    if (verb === WONT || verb === DONT || (option === ECHO && verb === DO)) return
    if (this.#answers++ >= MAX_ANSWERS) return
    this.#send(Buffer.from([IAC, verb === WILL ? DONT : WONT, option]))
  }
}
