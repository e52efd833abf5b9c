import type { Denial } from './http-answer.ts'
import type { NodeMessage, NodeResponse } from './node-request.ts'
import type { DoorOptions } from './options.ts'

/** Answers with a denial, in one line of text: for frameworks that hand out Node's response and run no middleware. */
export function sendDenial(denial: Denial, res: NodeResponse): void {
  if (!begin(denial, res)) return
  res.setHeader('Content-Type', 'text/plain; charset=utf-8')
  res.end(`${denial.message}\n`)
}

/**
 * Answers with a denial, in the application's own words if it has any.
 * @throws whatever finding those throws, at once or later
 */
export async function turnAway(
  denial: Denial,
  req: NodeMessage,
  res: NodeResponse,
  deny: DoorOptions['deny'],
): Promise<void> {
  if (deny === undefined) sendDenial(denial, res)
  else if (begin(denial, res)) await deny(denial, req, res)
}

/** Status and headers, one line for each: many clients read no second challenge from one line. */
function begin({ code, headers }: Denial, res: NodeResponse): boolean {
  // Somebody else has answered meanwhile; who is not let in has no say in it.
  if (res.headersSent || res.destroyed) return false
  res.statusCode = code
  for (const [name, value] of headers) res.appendHeader(name, value)
  return true
}
