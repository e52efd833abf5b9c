import { createProgram, type Program } from './program.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * Runs a program as this process, and ends the process with the exit code that it answers with. What the program throws is
 * printed as `error: ...` and `hint: ...`. This is the only function here that ends a process.
 *
 * @param overrides replace parts of the process's own surroundings
 */
export async function runMain(program: Program, overrides: Partial<Surroundings> = {}): Promise<never> {
  const { stdout, stderr } = process
  // `program | head` closes the pipe, and a disk that is full takes no log: neither is a reason to let everyone down, and
  // there is nowhere left to say so.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined)
  const surroundings: Surroundings = {
    args: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    signals: process,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    ...overrides,
  }
  const code = await createProgram(program)(surroundings)
  await Promise.all([stdout, stderr].map(flushed))
  process.exit(code)
}

/** What was written to a pipe may still be on its way; a pipe that is closed answers, too. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve())
  })
}
