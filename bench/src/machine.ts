import { availableParallelism, cpus, totalmem } from 'node:os'

/** The line without which no figure means anything. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  const day = new Date().toISOString().slice(0, 10)
  return `${day}, Node ${process.versions.node}, ${availableParallelism()} x ${model}, ${memory}`
}
