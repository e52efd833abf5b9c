import { connect, type Socket } from 'node:net'

const GREETING = 'Login successful, please proceed.\r\n'
const ECHO = 'hi\r\n'

/** Spread over 64 loopback addresses, so that neither ports nor the limit per source run out. */
const sourceOf = (n: number) => `127.0.1.${(n % 64) + 1}`

/** Connects and logs in; the socket is then idle. */
export function logIn(port: number, n: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: sourceOf(n), noDelay: true })
    let received = ''
    const onData = (chunk: Buffer) => {
      received += chunk.toString('latin1')
      if (received.length < GREETING.length) return
      socket.off('data', onData)
      if (received === GREETING) resolve(socket)
      else reject(new Error(`the server said ${received}`))
    }
    socket.on('error', reject)
    socket.on('data', onData)
    socket.on('connect', () => socket.write('user pass\n'))
  })
}

/** Connects, logs in, has one line echoed, and closes. */
export async function cycle(port: number, n: number): Promise<void> {
  const socket = await logIn(port, n)
  await new Promise<void>((resolve, reject) => {
    let received = ''
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1')
      if (received === ECHO) socket.end()
      else if (received.length >= ECHO.length) reject(new Error(`the server said ${received}`))
    })
    socket.on('close', () => resolve())
    socket.write('hi\n')
  })
}

/** Runs cycles side by side for `ms`, and counts them. */
export async function cycles(port: number, ms: number, sideBySide: number): Promise<{ count: number; ms: number }> {
  const began = performance.now()
  const until = began + ms
  let count = 0
  const loop = async () => {
    while (performance.now() < until) await cycle(port, ++count)
  }
  await Promise.all(Array.from({ length: sideBySide }, loop))
  return { count, ms: performance.now() - began }
}

/** `count` connections, logged in and idle. */
export async function crowd(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = []
  const loop = async (first: number) => {
    for (let n = first; n < count; n += 50) sockets.push(await logIn(port, n))
  }
  await Promise.all(Array.from({ length: 50 }, (_, first) => loop(first)))
  return sockets
}
