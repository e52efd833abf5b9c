import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** What a client showed, and how it ended. */
export interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs a client to its end; one that hangs is ended, and fails. */
export async function run(program: string, args: readonly string[], input = ''): Promise<Outcome> {
  const child = spawn(program, args, { stdio: 'pipe', timeout: 20_000 })
  child.stdin.on('error', () => undefined).end(input)
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: code as number | null, out, err }
}

/** A program that logs in by Digest when it is asked to. */
export interface CommandLineClient {
  readonly program: string
  /** Asks for a page as somebody. */
  get(url: string, name: string, password: string): Promise<Outcome>
}

const REQUESTS = `
import sys, requests
from requests.auth import HTTPDigestAuth
url, name, password = sys.argv[1:]
answer = requests.get(url, auth=HTTPDigestAuth(name, password))
print(answer.text)
sys.exit(0 if answer.ok else 4)`

export const CLIENTS: Readonly<Record<string, CommandLineClient>> = {
  curl: {
    program: 'curl',
    get: (url, name, password) => run('curl', ['-sf', '--digest', '-u', `${name}:${password}`, url]),
  },
  wget: {
    program: 'wget',
    get: (url, name, password) => run('wget', ['-qO-', '--tries=1', `--user=${name}`, `--password=${password}`, url]),
  },
  'python3-requests': {
    program: '/usr/bin/python3',
    get: (url, name, password) => run('/usr/bin/python3', ['-c', REQUESTS, url, name, password]),
  },
  HTTPie: {
    program: 'http',
    get: (url, name, password) =>
      run('http', ['--ignore-stdin', '--check-status', '-b', '-A', 'digest', '-a', `${name}:${password}`, url]),
  },
}
