import { printProblem } from './problem.ts'
import type { Surroundings } from './surroundings.ts'

/** A program: it ends by answering with its exit code, and never ends the process. */
export type Program = (surroundings: Surroundings) => Promise<number>

/** A program that answers whatever happens: what `run` throws is printed, and becomes the exit code that goes with it. */
export function createProgram(run: Program): Program {
  return async (surroundings) => {
    try {
      return await run(surroundings)
    } catch (error) {
      return printProblem(error, surroundings.err)
    }
  }
}
