/** What a server process tells of itself. */
export interface Usage {
  readonly cpuMicroseconds: number
  readonly rssBytes: number
}

/** Answered as things are, or after everything that nobody holds was given back to the system. */
export type Question = 'now' | 'at rest'

/** The first message is the port; every {@link Question} from the other side is answered with a {@link Usage}. */
export function reportTo(parent: NodeJS.Process, port: number): void {
  const tell = (message: unknown) => parent.send?.(message)
  parent.on('message', (question: Question) => {
    if (question === 'at rest') globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    const { user, system } = process.cpuUsage()
    tell({ cpuMicroseconds: user + system, rssBytes: process.memoryUsage.rss() } satisfies Usage)
  })
  parent.on('disconnect', () => process.exit())
  tell(port)
}
