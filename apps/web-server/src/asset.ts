import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import type { RequestHandler } from 'express'

/** A file of `assets/`, read when the site is made: its name is never somebody's request. */
export function asset(name: string): RequestHandler {
  const content = readFileSync(new URL(`../assets/${name}`, import.meta.url))
  return (_request, response) => {
    response.type(extname(name)).set('Cache-Control', 'public, max-age=3600').send(content)
  }
}
